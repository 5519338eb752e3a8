/* Doing something that may ask for a fresh proof first: then the proof is asked for and it is done again. */
import type { JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answer, type Self, ask } from '../api/sign';
import { learnLine } from '../api/outbox';
import { go, hrefOf } from '../frame/router';
import { say } from '../frame/say';
import { Means } from '../pages/sign/Means';
import { t } from '../strings';
import { Dialog } from './Dialog';

function Prove({ onDone, onClose }: { readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [passkeys, setPasskeys] = useState(false);
	useEffect(() => void ask<Self>('GET', 'me').then((answer) => setPasskeys(answer.status === 200 && answer.body.passkeys.length > 0)), []);
	return (
		<Dialog title={t('sign.prove')} onClose={onClose}>
			<Means path="session/proof" passkeys={passkeys} named={false} onDone={onDone} />
		</Dialog>
	);
}

export type Told = { readonly detail?: string; readonly findings?: readonly Finding[] };
export interface Finding {
	readonly field: string;
	readonly what: string;
	readonly todo: string;
}
export type Act = <T>(method: string, path: string, body?: unknown, more?: Record<string, string>) => Promise<Answer<T & Told>>;

/* `act` ends with status -1 when the person turned the proof down. The dialog is to be put somewhere on the page. At a node that
 * has no line it ends with status 202 and leads to what waits, but for `stays`. */
export function useAct(stays = false): { readonly act: Act; readonly dialog: JSX.Element | null } {
	const [waiting, setWaiting] = useState(false);
	const settle = useRef<(proved: boolean) => void>(() => undefined);
	const proved = (): Promise<boolean> => {
		setWaiting(true);
		return new Promise((done) => {
			settle.current = (good) => {
				setWaiting(false);
				done(good);
			};
		});
	};
	const lost = useRef<{ readonly what: string; readonly key: string } | null>(null);
	const act: Act = async <T,>(method: string, path: string, body?: unknown, more: Record<string, string> = {}) => {
		/* What got no answer may have been done: sent again as it was, it is the same request. */
		const given = more['Idempotency-Key'];
		const what = `${method} ${path} ${JSON.stringify(body)}`;
		const key = given !== undefined && lost.current?.what === what ? lost.current.key : given;
		const headers = key !== undefined ? { ...more, 'Idempotency-Key': key } : more;
		for (;;) {
			const answer = await ask<T & Told>(method, path, body, headers);
			lost.current = answer.status === 0 && key !== undefined ? { what, key } : null;
			if (answer.waits !== undefined && !stays) {
				void learnLine().catch(() => undefined);
				say(t('outbox.kept'));
				go(hrefOf('outbox-item', answer.waits));
			}
			if (!answer.prove) return answer;
			if (!(await proved())) return { ...answer, status: -1 };
		}
	};
	return { act, dialog: waiting ? <Prove onDone={() => settle.current(true)} onClose={() => settle.current(false)} /> : null };
}
