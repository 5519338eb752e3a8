/* Every page of the desk: its address, its word in the navigation, and how it is loaded. To add one, make a folder under
 * pages/ whose index.tsx has the page as its default export, and a line here; the server knows "/" and "/desk/...". */
import type { ComponentType } from 'preact';
import type { IconName } from './parts/Icon';
import type { Key } from './strings';

export interface PageProps {
	readonly values: readonly string[]; /* of the {...} in the path, in order */
}

/* What belongs together in the navigation, in this order. */
export const GROUPS = ['check', 'notices', 'messages', 'assembly', 'organisation', 'own'] as const;
export type Group = (typeof GROUPS)[number];

export interface Route {
	readonly name: string;
	readonly path: string;
	readonly title: Key;
	readonly icon: IconName;
	readonly listed: boolean; /* in the navigation and the palette */
	readonly group: Group; /* under which it is listed */
	readonly right?: string; /* without which it is not listed */
	readonly node?: boolean; /* listed at a node that writes */
	readonly record?: boolean; /* listed where there is a record, also for nobody */
	readonly bare?: boolean; /* fills the screen: without head, navigation and foot */
	readonly load: () => Promise<{ default: ComponentType<PageProps> }>;
}

export const routes: readonly Route[] = [
	{ name: 'check', path: '/', title: 'nav.check', icon: 'check', listed: true, group: 'check', load: () => import('./pages/check') },
	{ name: 'file', path: '/desk/file', title: 'nav.file', icon: 'table', listed: true, group: 'check', load: () => import('./pages/file') },
	{ name: 'lists', path: '/desk/lists', title: 'nav.lists', icon: 'lists', listed: true, group: 'check', load: () => import('./pages/lists') },
	{ name: 'notices', path: '/desk/notices', title: 'nav.notices', icon: 'notice', listed: true, group: 'notices', right: 'notices.read', load: () => import('./pages/notices') },
	{ name: 'bench', path: '/desk/bench', title: 'nav.bench', icon: 'scales', listed: true, group: 'notices', right: 'notices.review', load: () => import('./pages/bench') },
	{ name: 'notice', path: '/desk/notice/{id}', title: 'nav.notice', icon: 'notice', listed: false, group: 'notices', load: () => import('./pages/notice') },
	{ name: 'draft', path: '/desk/draft/{id}', title: 'nav.draft', icon: 'pen', listed: false, group: 'notices', load: () => import('./pages/draft') },
	{ name: 'compare', path: '/desk/compare/{id}', title: 'nav.compare', icon: 'notice', listed: false, group: 'notices', load: () => import('./pages/compare') },
	{ name: 'hits', path: '/desk/hits', title: 'nav.hits', icon: 'bell', listed: true, group: 'notices', right: 'hits.read', load: () => import('./pages/hits') },
	{ name: 'hit', path: '/desk/hit/{id}', title: 'nav.hit', icon: 'bell', listed: false, group: 'notices', load: () => import('./pages/hit') },
	{ name: 'objects', path: '/desk/objects', title: 'nav.objects', icon: 'box', listed: true, group: 'notices', right: 'objects.read', load: () => import('./pages/objects') },
	{ name: 'object', path: '/desk/object/{id}', title: 'nav.object', icon: 'box', listed: false, group: 'notices', load: () => import('./pages/object') },
	{ name: 'object-file', path: '/desk/object-file', title: 'objfile.enter', icon: 'upload', listed: false, group: 'notices', load: () => import('./pages/object-file') },
	{ name: 'requests', path: '/desk/requests', title: 'nav.requests', icon: 'hand', listed: true, group: 'notices', right: 'requests.read', load: () => import('./pages/requests') },
	{ name: 'request', path: '/desk/request/{id}', title: 'nav.request', icon: 'hand', listed: false, group: 'notices', load: () => import('./pages/request') },
	{ name: 'operations', path: '/desk/operations', title: 'nav.operations', icon: 'flag', listed: true, group: 'notices', right: 'operations.read', load: () => import('./pages/operations') },
	{ name: 'operation', path: '/desk/operation/{id}', title: 'nav.operation', icon: 'flag', listed: false, group: 'notices', load: () => import('./pages/operation') },
	{ name: 'figures', path: '/desk/figures', title: 'nav.figures', icon: 'map', listed: true, group: 'notices', right: 'notices.read', load: () => import('./pages/figures') },
	{ name: 'decisions', path: '/desk/decisions', title: 'nav.decisions', icon: 'decisions', listed: true, group: 'check', load: () => import('./pages/decisions') },
	{ name: 'messages', path: '/desk/messages', title: 'nav.messages', icon: 'record', listed: true, group: 'messages', right: 'messages.read', load: () => import('./pages/messages') },
	{ name: 'message', path: '/desk/message/{id}', title: 'nav.message', icon: 'record', listed: false, group: 'messages', load: () => import('./pages/message') },
	{ name: 'write', path: '/desk/write/{id}', title: 'nav.write', icon: 'pen', listed: false, group: 'messages', load: () => import('./pages/write') },
	{ name: 'outbox', path: '/desk/outbox', title: 'nav.outbox', icon: 'upload', listed: true, group: 'messages', right: 'members.read', node: true, load: () => import('./pages/outbox') },
	{ name: 'outbox-item', path: '/desk/outbox/{id}', title: 'nav.outbox.item', icon: 'upload', listed: false, group: 'messages', load: () => import('./pages/outbox-item') },
	{ name: 'assembly', path: '/desk/assembly', title: 'nav.assembly', icon: 'assembly', listed: true, group: 'assembly', record: true, load: () => import('./pages/assembly') },
	{ name: 'delegate', path: '/desk/delegate', title: 'nav.delegate', icon: 'voice', listed: true, group: 'assembly', right: 'assembly.delegate', load: () => import('./pages/delegate') },
	{ name: 'chair', path: '/desk/chair', title: 'nav.chair', icon: 'gavel', listed: true, group: 'assembly', right: 'assembly.chair', load: () => import('./pages/chair') },
	{ name: 'secretary', path: '/desk/secretary', title: 'nav.secretary', icon: 'pen', listed: true, group: 'assembly', right: 'assembly.secretary', load: () => import('./pages/secretary') },
	{ name: 'committee', path: '/desk/committee', title: 'nav.committee', icon: 'star', listed: true, group: 'assembly', record: true, load: () => import('./pages/committee') },
	{ name: 'meetings', path: '/desk/meetings', title: 'nav.meetings', icon: 'hand', listed: true, group: 'assembly', right: 'assembly.delegate', load: () => import('./pages/meetings') },
	{ name: 'timetable', path: '/desk/timetable', title: 'nav.timetable', icon: 'clock', listed: true, group: 'assembly', right: 'assembly.secretary', load: () => import('./pages/timetable') },
	{ name: 'agreements', path: '/desk/agreements', title: 'nav.agreements', icon: 'link', listed: true, group: 'assembly', right: 'assembly.read', load: () => import('./pages/agreements') },
	{ name: 'agreement', path: '/desk/agreement/{id}', title: 'nav.agreement', icon: 'link', listed: false, group: 'assembly', load: () => import('./pages/agreement') },
	{ name: 'budgets', path: '/desk/budget', title: 'nav.budget', icon: 'scales', listed: true, group: 'assembly', right: 'assembly.read', load: () => import('./pages/budget') },
	{ name: 'budget', path: '/desk/budget/{year}', title: 'nav.budget', icon: 'scales', listed: false, group: 'assembly', load: () => import('./pages/budget') },
	{ name: 'dues', path: '/desk/dues', title: 'nav.dues', icon: 'table', listed: true, group: 'assembly', right: 'assembly.read', load: () => import('./pages/dues') },
	{ name: 'account', path: '/desk/dues/{code}', title: 'nav.dues', icon: 'table', listed: false, group: 'assembly', load: () => import('./pages/dues') },
	{ name: 'hall', path: '/desk/hall', title: 'nav.hall', icon: 'screen', listed: false, group: 'assembly', bare: true, load: () => import('./pages/hall') },
	{ name: 'ballot', path: '/desk/ballot/{id}', title: 'nav.ballot', icon: 'lock', listed: false, group: 'assembly', load: () => import('./pages/ballot') },
	{ name: 'trustees', path: '/desk/trustee', title: 'nav.trustee', icon: 'lock', listed: true, group: 'assembly', right: 'polls.take', load: () => import('./pages/trustee') },
	{ name: 'trustee', path: '/desk/trustee/{id}', title: 'nav.trustee', icon: 'lock', listed: false, group: 'assembly', load: () => import('./pages/trustee') },
	{ name: 'members', path: '/desk/members', title: 'nav.members', icon: 'flag', listed: true, group: 'organisation', right: 'officers.read', load: () => import('./pages/members') },
	{ name: 'offices', path: '/desk/offices', title: 'nav.offices', icon: 'office', listed: true, group: 'organisation', right: 'officers.read', load: () => import('./pages/offices') },
	{ name: 'officers', path: '/desk/officers', title: 'nav.officers', icon: 'people', listed: true, group: 'organisation', right: 'officers.change', load: () => import('./pages/officers') },
	{ name: 'office', path: '/desk/office/{id}', title: 'nav.office', icon: 'office', listed: false, group: 'organisation', load: () => import('./pages/office') },
	{ name: 'officer', path: '/desk/officer/{id}', title: 'nav.officer', icon: 'people', listed: false, group: 'organisation', load: () => import('./pages/officer') },
	{ name: 'roles', path: '/desk/roles', title: 'nav.roles', icon: 'star', listed: true, group: 'organisation', right: 'officers.read', load: () => import('./pages/roles') },
	{ name: 'keys', path: '/desk/keys', title: 'nav.keys', icon: 'lock', listed: true, group: 'organisation', right: 'keys.change', load: () => import('./pages/keys') },
	{ name: 'nodes', path: '/desk/nodes', title: 'nav.nodes', icon: 'globe', listed: true, group: 'organisation', right: 'keys.change', load: () => import('./pages/nodes') },
	{ name: 'backups', path: '/desk/backups', title: 'nav.backups', icon: 'box', listed: true, group: 'organisation', right: 'backups', load: () => import('./pages/backups') },
	{ name: 'setup', path: '/desk/setup', title: 'nav.setup', icon: 'star', listed: false, group: 'own', load: () => import('./pages/setup') },
	{ name: 'access', path: '/desk/access', title: 'nav.access', icon: 'eye', listed: true, group: 'organisation', right: 'access.read', load: () => import('./pages/access') },
	{ name: 'sign', path: '/desk/sign', title: 'nav.sign', icon: 'passport', listed: true, group: 'own', load: () => import('./pages/sign') },
	{ name: 'enrol', path: '/desk/enrol', title: 'nav.enrol', icon: 'passport', listed: false, group: 'own', load: () => import('./pages/enrol') },
	{ name: 'settings', path: '/desk/settings', title: 'nav.settings', icon: 'settings', listed: true, group: 'own', load: () => import('./pages/settings') },
	{ name: 'record', path: '/desk/record/{id}', title: 'nav.record', icon: 'record', listed: false, group: 'check', load: () => import('./pages/record') },
];
