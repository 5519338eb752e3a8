/* The form of a wish for a meeting, and of the answer to one: what the own side says of itself and of when it would like it. */
import type { JSX } from 'preact';
import { useEffect, useMemo, useState } from 'preact/hooks';
import { partyName } from '../../api/assembly';
import { read } from '../../api/client';
import type { Meeting, Timetable } from '../../api/meetings';
import { officeName, offices } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { language } from '../../frame/store';
import { ownOffice } from '../../frame/who';
import { Combo } from '../../parts/Combo';
import { Dialog } from '../../parts/Dialog';
import { Choice, Field } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { Times } from '../../parts/Times';
import { Tongues } from '../../parts/Tongues';
import type { Act, Told } from '../../parts/useAct';
import { type Key, t } from '../../strings';
import { compare } from '../../strings/format';

export type Asking = 'ask' | 'propose' | 'accept';

const SPOKEN = ['ar', 'bn', 'de', 'en', 'es', 'fa', 'fr', 'hi', 'id', 'it', 'ja', 'ko', 'ms', 'nl', 'pl', 'pt', 'ru', 'sw', 'th', 'tr', 'uk', 'ur', 'vi', 'zh'];
const KINDS = ['headquarters', 'regional-bureau', 'liaison-office', 'representation'];

/* Who can be asked: delegations of members, headquarters and its offices. */
function useWhom(session: number): readonly { readonly code: string; readonly short: string; readonly name: string }[] {
	const [invited, setInvited] = useState<readonly string[]>([]);
	useEffect(() => {
		read<{ delegations: { code: string; observer: boolean }[] }>(`assembly/sessions/${session}/delegations`).then((found) => setInvited(found.delegations.filter((one) => !one.observer).map((one) => one.code)), () => undefined);
	}, [session]);
	return useMemo(() => {
		const others = offices.value.filter((one) => one.state === 'open' && KINDS.includes(one.kind)).map((one) => ({ code: one.code, short: one.code, name: officeName(one.code) }));
		const members = invited.map((code) => ({ code, short: code, name: partyName(code) }));
		return [...members, ...others].filter((one) => one.code !== ownOffice()).sort((a, b) => compare(a.name, b.name));
	}, [invited, offices.value, language.value]);
}

export function sideName(code: string): string {
	const party = partyName(code);
	return party === code ? officeName(code) : party;
}

export function Wish({ asking, meeting, table, session, act, onDone, onClose }: {
	readonly asking: Asking;
	readonly meeting: Meeting | null; /* that is answered */
	readonly table: Timetable | null;
	readonly session: number;
	readonly act: Act;
	readonly onDone: () => void;
	readonly onClose: () => void;
}): JSX.Element {
	const whom = useWhom(session);
	const [other, setOther] = useState('');
	const [subject, setSubject] = useState('');
	const [level, setLevel] = useState<Meeting['level']>(meeting?.level ?? 'delegates');
	const [people, setPeople] = useState('2');
	const [languages, setLanguages] = useState<readonly string[]>([]);
	const [times, setTimes] = useState<readonly string[]>(meeting?.times ?? []);
	const [text, setText] = useState('');
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const send = async (): Promise<void> => {
		setBusy(true);
		const own = { people: Number(people), ...(languages.length > 0 ? { languages } : {}), times };
		const body = asking === 'ask' ? { session, with: other, subject: subject.trim(), level, ...own } : asking === 'propose' ? { ...own, level, ...(text.trim() !== '' ? { text: text.trim() } : {}) } : own;
		const path = asking === 'ask' ? 'meetings' : `meetings/${meeting?.id}/${asking}`;
		const answer = await act<Told>('POST', path, body, { 'Idempotency-Key': crypto.randomUUID(), ...(meeting !== null ? { 'If-Match': `"${meeting.version}"` } : {}) });
		setBusy(false);
		if (answer.status === 200 || answer.status === 201) return onDone();
		setRefused(answer);
	};
	return (
		<Dialog title={t(`mt.step.${asking}` as Key)} look="dialog-wide" onClose={onClose}>
			<form
				class="stack"
				data-form={asking}
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{asking === 'ask' && (
					<>
						<Combo label={t('mt.with')} help={t('mt.with.help')} listLabel={t('mt.with')} options={whom} value={other} nameOf={sideName} onChange={setOther} />
						<Field label={t('a.field.subject')}>{(ids) => <input {...ids} name="subject" type="text" dir="auto" required maxLength={300} value={subject} onInput={(event) => setSubject(event.currentTarget.value)} />}</Field>
					</>
				)}
				{asking !== 'accept' && <Choice label={t('mt.level')} value={level} options={(['delegates', 'heads'] as const).map((one) => ({ value: one, text: t(`mt.level.${one}` as Key) }))} onChange={setLevel} />}
				{asking === 'propose' && <Field label={t('mt.word')}>{(ids) => <input {...ids} name="text" type="text" dir="auto" maxLength={1000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}</Field>}
				<Field label={t('mt.people')}>{(ids) => <input {...ids} name="people" type="number" min={1} max={50} required value={people} onInput={(event) => setPeople(event.currentTarget.value)} />}</Field>
				<Tongues label={t('mt.languages')} help={t('mt.languages.help')} codes={SPOKEN} value={languages} onChange={setLanguages} />
				{table !== null && <Times legend={t('mt.times')} table={table} value={times} onChange={setTimes} />}
				<FormEnd refused={refused} id="wish-send" disabled={busy || (asking === 'ask' && other === '')} onClose={onClose}>
					{t(`mt.step.${asking}` as Key)}
				</FormEnd>
			</form>
		</Dialog>
	);
}
