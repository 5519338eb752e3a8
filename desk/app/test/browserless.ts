/* What the sources expect of a browser, for tests that run without one. Import this first. */
const store = (): Storage => {
	const values = new Map<string, string>();
	return {
		get length() {
			return values.size;
		},
		clear: () => values.clear(),
		getItem: (key) => values.get(key) ?? null,
		key: (index) => [...values.keys()][index] ?? null,
		removeItem: (key) => void values.delete(key),
		setItem: (key, value) => void values.set(key, value),
	};
};

Object.defineProperty(globalThis, 'localStorage', { value: store(), configurable: true });
Object.defineProperty(globalThis, 'sessionStorage', { value: store(), configurable: true });
Object.defineProperty(globalThis, 'navigator', { value: { languages: ['en'] }, configurable: true });
Object.defineProperty(globalThis, 'document', { value: { documentElement: { dataset: {} }, addEventListener: () => undefined, visibilityState: 'visible' }, configurable: true });
Object.defineProperty(globalThis, 'location', { value: { pathname: '/', origin: 'http://127.0.0.1' }, configurable: true });

declare const __ROOT__: string;
export const root = __ROOT__;
