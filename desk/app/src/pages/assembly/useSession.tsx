/* What every page of a session shares: the session, its stage live, and doing acts in it. */
import type { JSX } from 'preact';
import { useRef, useState } from 'preact/hooks';
import { type Live, type Session, type Stage, useLive, useSessions } from '../../api/assembly';
import type { Answer } from '../../api/sign';
import { say } from '../../frame/say';
import { Refused } from '../../parts/Refused';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import { t } from '../../strings';
import { ActDialog, type Doing } from './ActDialog';

export interface InSession {
	readonly number: number | null;
	readonly sessions: readonly Session[];
	readonly live: Live;
	readonly stage: Stage | null;
	readonly act: Act;
	/* Does an act with these fields, at once; true when it was done. */
	readonly run: (name: string, fields?: Readonly<Record<string, unknown>>) => Promise<boolean>;
	/* Opens the act's form. */
	readonly ask: (doing: Doing) => void;
	readonly busy: boolean;
	readonly notes: JSX.Element; /* what was refused, dialogs; where nothing is yet, why */
}

export function useSession(): InSession {
	const { sessions, number, failed } = useSessions();
	const live = useLive(number);
	const { act, dialog } = useAct();
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [doing, setDoing] = useState<Doing | null>(null);
	const [busy, setBusy] = useState(false);
	const under = useRef(false);
	const run = async (name: string, fields: Readonly<Record<string, unknown>> = {}): Promise<boolean> => {
		if (number === null || under.current) return false;
		under.current = true;
		setBusy(true);
		setRefused(null);
		const answer = await act<Told>('POST', `assembly/sessions/${number}/${name}`, fields, { 'Idempotency-Key': crypto.randomUUID() });
		under.current = false;
		setBusy(false);
		if (answer.status === 200) return true;
		setRefused(answer);
		return false;
	};
	const notes = (
		<>
			{failed !== null && <Trouble error={failed} />}
			{sessions !== null && sessions.length === 0 && <p class="empty">{t('a.sessions.none')}</p>}
			{refused !== null && <Refused answer={refused} />}
			{doing !== null && (
				<ActDialog
					{...doing}
					session={doing.session === null ? null : number}
					act={act}
					onClose={() => setDoing(null)}
					onDone={() => {
						setDoing(null);
						say(t('officers.done'));
					}}
				/>
			)}
			{dialog}
		</>
	);
	const stage = live.told !== null && live.told.stage.session === number ? live.told.stage : null;
	return {
		number,
		sessions: sessions ?? [],
		live,
		stage,
		act,
		run,
		ask: (one) => {
			setRefused(null);
			setDoing(one);
		},
		busy,
		notes,
	};
}
