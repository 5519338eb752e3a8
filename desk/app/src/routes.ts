/* Every page of the desk: its address, its word in the navigation, and how it is loaded. To add one, make a folder under
 * pages/ whose index.tsx has the page as its default export, and a line here; the server knows "/" and "/desk/...". */
import type { ComponentType } from 'preact';
import type { IconName } from './parts/Icon';
import type { Key } from './strings';

export interface PageProps {
	readonly values: readonly string[]; /* of the {...} in the path, in order */
}

export interface Route {
	readonly name: string;
	readonly path: string;
	readonly title: Key;
	readonly icon: IconName;
	readonly listed: boolean; /* in the navigation and the palette */
	readonly right?: string; /* without which it is not listed */
	readonly load: () => Promise<{ default: ComponentType<PageProps> }>;
}

export const routes: readonly Route[] = [
	{ name: 'check', path: '/', title: 'nav.check', icon: 'check', listed: true, load: () => import('./pages/check') },
	{ name: 'file', path: '/desk/file', title: 'nav.file', icon: 'table', listed: true, load: () => import('./pages/file') },
	{ name: 'lists', path: '/desk/lists', title: 'nav.lists', icon: 'lists', listed: true, load: () => import('./pages/lists') },
	{ name: 'notices', path: '/desk/notices', title: 'nav.notices', icon: 'notice', listed: true, right: 'notices.read', load: () => import('./pages/notices') },
	{ name: 'bench', path: '/desk/bench', title: 'nav.bench', icon: 'scales', listed: true, right: 'notices.review', load: () => import('./pages/bench') },
	{ name: 'notice', path: '/desk/notice/{id}', title: 'nav.notice', icon: 'notice', listed: false, load: () => import('./pages/notice') },
	{ name: 'draft', path: '/desk/draft/{id}', title: 'nav.draft', icon: 'pen', listed: false, load: () => import('./pages/draft') },
	{ name: 'compare', path: '/desk/compare/{id}', title: 'nav.compare', icon: 'notice', listed: false, load: () => import('./pages/compare') },
	{ name: 'decisions', path: '/desk/decisions', title: 'nav.decisions', icon: 'decisions', listed: true, load: () => import('./pages/decisions') },
	{ name: 'offices', path: '/desk/offices', title: 'nav.offices', icon: 'office', listed: true, right: 'officers.read', load: () => import('./pages/offices') },
	{ name: 'officers', path: '/desk/officers', title: 'nav.officers', icon: 'people', listed: true, right: 'officers.change', load: () => import('./pages/officers') },
	{ name: 'access', path: '/desk/access', title: 'nav.access', icon: 'eye', listed: true, right: 'access.read', load: () => import('./pages/access') },
	{ name: 'sign', path: '/desk/sign', title: 'nav.sign', icon: 'passport', listed: true, load: () => import('./pages/sign') },
	{ name: 'enrol', path: '/desk/enrol', title: 'nav.enrol', icon: 'passport', listed: false, load: () => import('./pages/enrol') },
	{ name: 'settings', path: '/desk/settings', title: 'nav.settings', icon: 'settings', listed: true, load: () => import('./pages/settings') },
	{ name: 'record', path: '/desk/record/{id}', title: 'nav.record', icon: 'record', listed: false, load: () => import('./pages/record') },
];
