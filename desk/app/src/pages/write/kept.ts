/* What was typed and not sent yet, for this tab alone: a message is not left lying in a browser. */
const PLACE = 'message.';

export const keep = (about: string, typed: unknown): void => {
	try {
		sessionStorage.setItem(PLACE + about, JSON.stringify(typed));
	} catch {
		/* no room: it is still on the screen */
	}
};
export function kept<T>(about: string): T | null {
	try {
		return JSON.parse(sessionStorage.getItem(PLACE + about) ?? 'null') as T | null;
	} catch {
		return null;
	}
}
export const forget = (about: string): void => sessionStorage.removeItem(PLACE + about);
