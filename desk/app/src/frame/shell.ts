/* The service worker that keeps the desk's own files, so that it opens without a line. Its address goes through a policy,
 * because the page's Content-Security-Policy lets no other script address be made from text. */
interface Policy {
	createScriptURL(text: string): string;
}
interface Policies {
	createPolicy(name: string, rules: { createScriptURL: (text: string) => string }): Policy;
}

const WORKER = '/worker.js';

export function keepShell(): void {
	if (!('serviceWorker' in navigator)) return;
	const policies = (window as { trustedTypes?: Policies }).trustedTypes;
	const policy = policies?.createPolicy('jisr', {
		createScriptURL: (text) => {
			if (text !== WORKER) throw new TypeError(text);
			return text;
		},
	});
	/* Where it cannot be registered (private windows, plain HTTP to another machine) the desk works with a line alone. */
	navigator.serviceWorker.register(policy?.createScriptURL(WORKER) ?? WORKER, { type: 'classic' }).catch(() => undefined);
}
