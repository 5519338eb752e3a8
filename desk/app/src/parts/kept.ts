/* What is typed and not yet with the service: in this tab's own storage, so that a page loaded anew has it still, and nobody
 * else ever. A shelf for each kind of page. */
export interface Shelf {
	readonly keep: (id: string, typed: unknown) => void;
	readonly kept: <T>(id: string) => T | null;
	readonly forget: (id: string) => void;
}

export function shelf(kind: string): Shelf {
	const key = (id: string): string => `jisr.${kind}.${id}`;
	/* Without storage it lives on the page alone. */
	const quietly = (what: () => void): void => {
		try {
			what();
		} catch {
			/* as said */
		}
	};
	return {
		keep: (id, typed) => quietly(() => sessionStorage.setItem(key(id), JSON.stringify(typed))),
		kept: <T>(id: string): T | null => {
			try {
				return JSON.parse(sessionStorage.getItem(key(id)) ?? 'null') as T | null;
			} catch {
				return null;
			}
		},
		forget: (id) => quietly(() => sessionStorage.removeItem(key(id))),
	};
}
