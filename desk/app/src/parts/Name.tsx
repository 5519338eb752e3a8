/* A text that came from a list, a document or a person: its own direction, apart from the sentence around it. */
import type { JSX } from 'preact';
import { t } from '../strings';
import { tame } from './tame';

export interface Mark {
	readonly from: number;
	readonly to: number;
	readonly number: number; /* which pair of parts it is, from 1 */
	readonly kind: 'same' | 'like' | 'alone';
}

function Tamed(): JSX.Element {
	return (
		<span class="tamed" role="img" aria-label={t('name.tamed')} title={t('name.tamed')}>
			⚠
		</span>
	);
}

/* The same as lines of its own, in an element with dir="auto": they begin at the side where their language begins. Around a <Name>
 * such an element would not know, since what is isolated is not looked at, and Arabic would begin at the left. */
export function Prose({ text }: { readonly text: string }): JSX.Element {
	const { text: shown, changed } = tame(text);
	return (
		<>
			<span class="name">{shown}</span>
			{changed && <Tamed />}
		</>
	);
}

export function Name({ text, marks }: { readonly text: string; readonly marks?: readonly Mark[] }): JSX.Element {
	const { text: shown, changed } = tame(text);
	if (marks === undefined || changed) {
		return (
			<>
				<bdi class="name">{shown}</bdi>
				{changed && <Tamed />}
			</>
		);
	}
	const pieces: (string | JSX.Element)[] = [];
	let at = 0;
	for (const mark of marks) {
		if (mark.from > at) pieces.push(text.slice(at, mark.from));
		pieces.push(
			<mark class={`part part-${mark.kind}`} key={mark.from}>
				{text.slice(mark.from, mark.to)}
			</mark>,
		);
		at = mark.to;
	}
	if (at < text.length) pieces.push(text.slice(at));
	return <bdi class="name">{pieces}</bdi>;
}

const SHORT = 16; /* characters of a code that stays on one line */

/* Numbers of documents, codes, ids: always written from left to right. */
export function Code({ text }: { readonly text: string }): JSX.Element {
	return (
		<bdi class={text.length <= SHORT ? 'code code-short' : 'code'} dir="ltr">
			{tame(text).text}
		</bdi>
	);
}
