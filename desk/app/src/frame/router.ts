/* Addresses and pages. Routes themselves are listed in routes.ts. Names of people never stand in an address: what a page
 * shows of them lives in memory. */
import { batch, signal } from '@preact/signals';
import { type Route, routes } from '../routes';

export const path = signal(location.pathname);
export const query = signal(location.search); /* "?colour=red": what a list is asked for; never a name */

export function hrefOf(name: string, ...values: string[]): string {
	const route = routes.find((one) => one.name === name);
	let index = 0;
	return (route?.path ?? '/').replace(/\{\w+\}/g, () => encodeURIComponent(values[index++] ?? ''));
}

export interface Place {
	readonly route: Route | null;
	readonly values: readonly string[];
}

export function placeOf(address: string): Place {
	for (const route of routes) {
		const pattern = new RegExp(`^${route.path.replace(/\{\w+\}/g, '([^/]+)')}$`);
		const found = pattern.exec(address);
		if (found !== null) {
			try {
				return { route, values: found.slice(1).map(decodeURIComponent) };
			} catch {
				return { route: null, values: [] };
			}
		}
	}
	return { route: null, values: [] };
}

export function go(address: string): void {
	const [place = '/', asked] = address.split('?');
	if (address !== path.value + query.value) {
		history.pushState(null, '', address);
		scrollTo(0, 0);
	}
	batch(() => {
		query.value = asked !== undefined && asked !== '' ? `?${asked}` : '';
		path.value = place;
	});
}

/* The address of the same page, asked for something else: nothing is drawn anew. */
export function restate(asked: string): void {
	if (asked === query.peek()) return;
	history.replaceState(null, '', path.peek() + asked);
	query.value = asked;
}

/* Clicks on links to pages of the desk change the page without loading it anew. */
export function followLinks(): void {
	addEventListener('popstate', () => {
		batch(() => {
			query.value = location.search;
			path.value = location.pathname;
		});
	});
	document.addEventListener('click', (event) => {
		const link = event.target instanceof Element ? event.target.closest('a') : null;
		if (link === null || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
		if (link.origin !== location.origin || link.target !== '' || link.hasAttribute('download') || link.hash !== '') return;
		if (placeOf(link.pathname).route === null) return;
		event.preventDefault();
		go(link.pathname + link.search);
	});
}
