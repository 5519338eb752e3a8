/* What is typed into a draft and not yet with the service: in this tab's own storage, so that a page loaded anew has it
 * still, and nobody else ever. */
const key = (id: string): string => `jisr.draft.${id}`;

export function keep(id: string, draft: unknown): void {
	try {
		sessionStorage.setItem(key(id), JSON.stringify(draft));
	} catch {
		/* without storage it lives on the page alone */
	}
}

export function kept<T>(id: string): T | null {
	try {
		return JSON.parse(sessionStorage.getItem(key(id)) ?? 'null') as T | null;
	} catch {
		return null;
	}
}

export function forgetKept(id: string): void {
	try {
		sessionStorage.removeItem(key(id));
	} catch {
		/* as above */
	}
}
