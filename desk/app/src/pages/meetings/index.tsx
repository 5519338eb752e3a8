/* A delegation's bilateral meetings: what waits for its answer, its programme with times and rooms, what waits for a place, what came
 * of the others; and when it cannot meet. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useSessions } from '../../api/assembly';
import { read } from '../../api/client';
import { useHeard } from '../../api/heard';
import { type Meeting, type Timetable, dayOf, otherOf } from '../../api/meetings';
import { learnCodes } from '../../api/notices';
import { useKeys } from '../../frame/keys';
import { say } from '../../frame/say';
import { may, ownOffice, who } from '../../frame/who';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { Refused } from '../../parts/Refused';
import { Times } from '../../parts/Times';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import type { Answer } from '../../api/sign';
import { type Key, t } from '../../strings';
import { date, number } from '../../strings/format';
import { FormDialog } from '../assembly/Form';
import { Facts, MeetingStamp } from './Facts';
import { type Asking, Wish, sideName } from './Wish';

type Doing = { readonly step: Asking | 'decline' | 'cancel' | 'hold' | 'note'; readonly meeting: Meeting | null };
const OVER = ['held', 'declined', 'cancelled'];

const stepsOf = (one: Meeting, own: string): readonly Doing['step'][] => {
	switch (one.state) {
		case 'asked':
			return one.turn === own ? ['accept', 'propose', 'decline'] : ['cancel'];
		case 'accepted':
			return ['cancel'];
		case 'placed':
			return ['hold', 'cancel'];
		case 'held':
			return ['note'];
		default:
			return [];
	}
};

function Card({ one, own, onDo }: { readonly one: Meeting; readonly own: string; readonly onDo: (doing: Doing) => void }): JSX.Element {
	return (
		<section class="card stack" data-meeting={one.id} aria-labelledby={one.id}>
			<div class="row meeting-head">
				<h3 id={one.id}>
					<Name text={sideName(otherOf(one, own))} />: <Name text={one.subject} />
				</h3>
				<MeetingStamp one={one} />
			</div>
			<Facts one={one} />
			<div class="row notice-steps">
				{stepsOf(one, own).map((step, index) => (
					<button key={step} type="button" class={index === 0 && (step === 'accept' || step === 'hold') ? 'button-main' : step === 'cancel' || step === 'decline' ? 'button-quiet' : ''} data-step={step} onClick={() => onDo({ step, meeting: one })}>
						{t(`mt.step.${step}` as Key)}
					</button>
				))}
				<span class="small">
					<Code text={one.id} />
				</span>
			</div>
		</section>
	);
}

function Part({ title, rows, own, onDo }: { readonly title: string; readonly rows: readonly Meeting[]; readonly own: string; readonly onDo: (doing: Doing) => void }): JSX.Element | null {
	if (rows.length === 0) return null;
	return (
		<div class="stack">
			<h2>
				{title} <bdi>({number(rows.length)})</bdi>
			</h2>
			{rows.map((one) => (
				<Card key={one.id} one={one} own={own} onDo={onDo} />
			))}
		</div>
	);
}

/* When the delegation cannot meet: what is sent replaces what was said before. */
function Duties({ table, own, act, onDone }: { readonly table: Timetable; readonly own: string; readonly act: Act; readonly onDone: () => void }): JSX.Element {
	const told = table.duties.find((one) => one.office === own);
	const [times, setTimes] = useState<readonly string[]>(told?.times ?? []);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const send = async (): Promise<void> => {
		const answer = await act<Told>('POST', `timetables/${table.session}/duty`, { times, ...(told !== undefined && told.teams > 0 ? { teams: told.teams } : {}) });
		setRefused(answer.status === 200 ? null : answer);
		if (answer.status !== 200) return;
		say(t('officers.done'));
		onDone();
	};
	return (
		<section class="card stack" id="duties">
			<h2 class="card-title">{t('mt.duties')}</h2>
			<p class="small">{t('mt.duties.help')}</p>
			<Times legend={t('mt.duties')} table={table} value={times} onChange={setTimes} />
			{refused !== null && <Refused answer={refused} />}
			<div class="row">
				<button type="button" id="duty-send" onClick={() => void send()}>
					{t('mt.duties.save')}
				</button>
			</div>
		</section>
	);
}

export default function MeetingsPage(): JSX.Element {
	const own = ownOffice();
	const known = who.value !== null && (may('assembly.delegate') || may('assembly.secretary'));
	const { number: session } = useSessions();
	const [all, setAll] = useState<readonly Meeting[] | null>(null);
	const [table, setTable] = useState<Timetable | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [doing, setDoing] = useState<Doing | null>(null);
	const { act, dialog } = useAct();
	const load = (): void => {
		if (!known) return;
		read<{ meetings: Meeting[] }>('meetings').then((found) => setAll(found.meetings.filter((one) => one.sides.some((side) => side.office === own))), setFailed);
		void learnCodes().catch(() => undefined);
		if (session !== null) read<Timetable>(`timetables/${session}`).then(setTable, () => setTable(null) /* there is none yet */);
	};
	useEffect(load, [known, session]);
	useHeard(['meeting.', 'timetable.'], load);
	useKeys([{ keys: 'n', label: 'mt.step.ask', run: () => setDoing({ step: 'ask', meeting: null }), enabled: () => known && session !== null }], [known, session]);
	const done = (): void => {
		setDoing(null);
		say(t('officers.done'));
		load();
	};
	const rows = all ?? [];
	const placed = rows.filter((one) => one.state === 'placed');
	const send = (step: string, meeting: Meeting, text: string): Promise<Answer<Told>> => act<Told>('POST', `meetings/${meeting.id}/${step}`, { text }, { 'If-Match': `"${meeting.version}"` });
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.meetings')}</h1>
					<p class="small">{t('mt.meaning')}</p>
				</div>
				{known && session !== null && (
					<div class="row">
						<button type="button" class="button-main" id="ask" onClick={() => setDoing({ step: 'ask', meeting: null })}>
							<Icon name="hand" />
							{t('mt.step.ask')}
						</button>
						<button type="button" onClick={() => print()}>
							<Icon name="print" />
							{t('print')}
						</button>
					</div>
				)}
			</div>
			{who.value !== null && !known && <p class="card empty">{t('trouble.right')}</p>}
			{failed !== null && <Trouble error={failed} />}
			{known && all === null && failed === null && <p role="status">{t('loading')}</p>}
			{all !== null && rows.length === 0 && <p class="card empty">{t('mt.none')}</p>}
			<Part title={t('mt.part.answer')} rows={rows.filter((one) => one.state === 'asked' && one.turn === own)} own={own} onDo={setDoing} />
			{[...new Set(placed.map((one) => dayOf(one.begin ?? '')))].map((day) => (
				<Part key={day} title={date(day)} rows={placed.filter((one) => dayOf(one.begin ?? '') === day)} own={own} onDo={setDoing} />
			))}
			<Part title={t('mt.part.waiting')} rows={rows.filter((one) => one.state === 'accepted')} own={own} onDo={setDoing} />
			<Part title={t('mt.part.asked')} rows={rows.filter((one) => one.state === 'asked' && one.turn !== own)} own={own} onDo={setDoing} />
			{table !== null && known && <Duties key={table.version ?? `${table.session}.${all?.length ?? 0}`} table={table} own={own} act={act} onDone={load} />}
			<Part title={t('mt.part.over')} rows={rows.filter((one) => OVER.includes(one.state))} own={own} onDo={setDoing} />
			{doing !== null && session !== null && (doing.step === 'ask' || doing.step === 'accept' || doing.step === 'propose') && <Wish asking={doing.step} meeting={doing.meeting} table={table} session={doing.meeting?.session ?? session} act={act} onDone={done} onClose={() => setDoing(null)} />}
			{doing?.meeting != null && (doing.step === 'decline' || doing.step === 'cancel') && <Reason title={t(`mt.step.${doing.step}` as Key)} meaning={t('mt.reason')} action={t(`mt.step.${doing.step}` as Key)} send={(text) => send(doing.step, doing.meeting as Meeting, text)} onDone={done} onClose={() => setDoing(null)} />}
			{doing?.meeting != null && (doing.step === 'hold' || doing.step === 'note') && (
				<FormDialog
					name={doing.step}
					title={t(`mt.step.${doing.step}` as Key)}
					spec={[{ name: 'note', kind: 'text', needed: true, most: 2000 }]}
					start={doing.meeting.note !== null ? { note: doing.meeting.note } : {}}
					send={(body) => send(doing.step, doing.meeting as Meeting, String(body['note'] ?? ''))}
					onDone={done}
					onClose={() => setDoing(null)}
				/>
			)}
			{dialog}
		</div>
	);
}
