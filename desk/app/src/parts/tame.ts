/* Texts of strangers: names come from lists, files and passports, and some are made to deceive. What is shown keeps the
 * letters and loses what could reorder, hide or pile up the rest of the page. */

export const SHOWN_MOST = 400; /* characters of one text */
const MARKS_MOST = 4; /* combining marks on one letter; Vietnamese has two, pointed Hebrew and vocalised Arabic three */

const CONTROLS = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;
const PILES = new RegExp(`(\\p{M}{${MARKS_MOST}})\\p{M}+`, 'gu');

export interface Tamed {
	readonly text: string;
	readonly changed: boolean; /* something was left out */
}

export function tame(text: string): Tamed {
	const clean = text.replace(CONTROLS, '').replace(PILES, '$1');
	const letters = Array.from(clean);
	const cut = letters.length > SHOWN_MOST;
	return { text: cut ? `${letters.slice(0, SHOWN_MOST).join('')}…` : clean, changed: clean !== text || cut };
}
