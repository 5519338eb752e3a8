/* Keeps the desk's own files and nothing else: answers about people are never stored. What has a hash in its name comes
 * from the store, "/" and "/desk/..." from the line while it holds. */
declare const FILES: readonly string[]; /* put in by build.mjs */
declare const VERSION: string;
declare const self: ServiceWorkerGlobalScope;

interface ExtendableEvent extends Event {
	waitUntil(promise: Promise<unknown>): void;
}
interface FetchEvent extends ExtendableEvent {
	readonly request: Request;
	respondWith(response: Promise<Response>): void;
}
interface ServiceWorkerGlobalScope {
	readonly clients: { claim(): Promise<void> };
	readonly location: Location;
	skipWaiting(): Promise<void>;
	addEventListener(kind: 'install' | 'activate', listener: (event: ExtendableEvent) => void): void;
	addEventListener(kind: 'fetch', listener: (event: FetchEvent) => void): void;
}

const STORE = `jisr-${VERSION}`;
const LINE_MS = 3000;

self.addEventListener('install', (event) => {
	event.waitUntil(
		caches
			.open(STORE)
			.then((store) => store.addAll(FILES.map((file) => new Request(file, { cache: 'reload' }))))
			.then(() => self.skipWaiting()),
	);
});

self.addEventListener('activate', (event) => {
	event.waitUntil(
		caches
			.keys()
			.then((names) => Promise.all(names.filter((name) => name !== STORE).map((name) => caches.delete(name))))
			.then(() => self.clients.claim()),
	);
});

async function page(request: Request): Promise<Response> {
	try {
		return await fetch(request, { signal: AbortSignal.timeout(LINE_MS) });
	} catch {
		return (await caches.match('/')) ?? Response.error();
	}
}

async function file(request: Request): Promise<Response> {
	return (await caches.match(request)) ?? fetch(request);
}

self.addEventListener('fetch', (event) => {
	const address = new URL(event.request.url);
	if (event.request.method !== 'GET' || address.origin !== self.location.origin) return;
	if (address.pathname.startsWith('/assets/')) event.respondWith(file(event.request));
	else if (event.request.mode === 'navigate' && (address.pathname === '/' || address.pathname.startsWith('/desk/'))) event.respondWith(page(event.request));
});

export {};
