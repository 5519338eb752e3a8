/* The secretariat's page of bilateral meetings: the plan with its proof or gap, rooms by time, every wish, placing by hand, and what
 * there is of times, rooms, interpreters and sittings. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { useSessions } from '../../api/assembly';
import { read } from '../../api/client';
import { useHeard } from '../../api/heard';
import { type Meeting, type Plan, type Timetable, clockOf, dayOf, daysOf } from '../../api/meetings';
import { learnCodes } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { useKeys } from '../../frame/keys';
import { say } from '../../frame/say';
import { may, who } from '../../frame/who';
import { Dialog } from '../../parts/Dialog';
import { Fact } from '../../parts/Fact';
import { Choice, Field, Switch } from '../../parts/Field';
import { FormEnd } from '../../parts/FormEnd';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { Refused } from '../../parts/Refused';
import { type Column, Sheet } from '../../parts/Sheet';
import { Steps } from '../../parts/Steps';
import { Trouble } from '../../parts/Trouble';
import { type Act, type Told, useAct } from '../../parts/useAct';
import { type Key, t } from '../../strings';
import { date, list, moment, number, quantity, tongue } from '../../strings/format';
import { FormDialog, type Values } from '../assembly/Form';
import { MeetingStamp, When } from '../meetings/Facts';
import { sideName } from '../meetings/Wish';

const VIEWS = ['all', 'waiting', 'placed', 'asked', 'over'] as const;
type View = (typeof VIEWS)[number];
const fits = (one: Meeting, view: View): boolean => view === 'all' || (view === 'waiting' ? one.state === 'accepted' : view === 'over' ? ['held', 'declined', 'cancelled'].includes(one.state) : one.state === view);
const namesOf = (one: Meeting): string => list(one.sides.map((side) => sideName(side.office)));

function Figures({ plan }: { readonly plan: Plan }): JSX.Element {
	return (
		<>
			<dl class="sums">
				<Fact name={t('mt.plan.placed')} data-figure="placed">{t('mt.plan.of', { some: number(plan.placed), all: number(plan.wishes) })}</Fact>
				<Fact name={t('mt.plan.weight')} data-figure="weight">{t('mt.plan.of', { some: number(plan.weight), all: number(plan.weight_all) })}</Fact>
				<Fact name={t('mt.plan.moved')} data-figure="moved">{number(plan.moved)}</Fact>
				<Fact name={t('mt.plan.lost')} data-figure="lost">{number(plan.lost)}</Fact>
				<Fact name={t('mt.plan.seconds')} data-figure="seconds">{quantity(plan.seconds)}</Fact>
			</dl>
			<p data-proven={plan.proven}>
				<Icon name={plan.proven ? 'clear' : 'unsure'} /> {plan.proven ? t('mt.plan.proven') : t('mt.plan.gap', { most: number(plan.weight_most), gap: number(plan.weight_most - plan.weight) })}
			</p>
		</>
	);
}

function Planning({ table, act, onDone }: { readonly table: Timetable; readonly act: Act; readonly onDone: () => void }): JSX.Element {
	const [after, setAfter] = useState('');
	const [shown, setShown] = useState<{ readonly plan: Plan; readonly rehearsal: boolean } | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const run = async (rehearsal: boolean): Promise<void> => {
		if (busy) return;
		setBusy(true);
		const answer = await act<Plan>('POST', `timetables/${table.session}/plan`, { rehearsal, ...(after !== '' ? { after } : {}) });
		setBusy(false);
		setRefused(answer.status === 200 ? null : answer);
		if (answer.status !== 200) return;
		setShown({ plan: answer.body, rehearsal });
		if (!rehearsal) {
			say(t('officers.done'));
			onDone();
		}
	};
	useKeys([{ keys: 'n', label: 'mt.plan.run', run: () => void run(false), enabled: () => !busy }], [busy, after]);
	const last = table.plans?.[0];
	return (
		<section class="card stack" id="plan">
			<h2 class="card-title">{t('mt.plan')}</h2>
			<div class="row notice-steps">
				<Field label={t('mt.plan.after')} help={t('mt.plan.after.help')}>
					{(ids) => (
						<select {...ids} name="after" value={after} onChange={(event) => setAfter(event.currentTarget.value)}>
							<option value="">{t('mt.plan.after.none')}</option>
							{table.slots.map((one) => (
								<option key={one.begin} value={one.begin}>{`${date(dayOf(one.begin))} ${clockOf(one.begin)}`}</option>
							))}
						</select>
					)}
				</Field>
				<button type="button" id="rehearse" disabled={busy} onClick={() => void run(true)}>
					{t('mt.plan.rehearse')}
				</button>
				<button type="button" id="run-plan" class="button-main" disabled={busy} onClick={() => void run(false)}>
					{t('mt.plan.run')}
				</button>
			</div>
			{busy && <p role="status">{t('mt.plan.busy')}</p>}
			{refused !== null && <Refused answer={refused} />}
			{shown !== null && (
				<div role="status" class="stack" id="planned">
					<h3>{t(shown.rehearsal ? 'mt.plan.would' : 'mt.plan.done')}</h3>
					<Figures plan={shown.plan} />
				</div>
			)}
			{shown === null && last !== undefined && (
				<div class="stack">
					<h3>
						{t('mt.plan.last')} <bdi>{moment(new Date(last.at))}</bdi>
					</h3>
					<Figures plan={last} />
				</div>
			)}
		</section>
	);
}

/* Rooms beside each other, times below each other. */
function Grid({ table, meetings }: { readonly table: Timetable; readonly meetings: readonly Meeting[] }): JSX.Element {
	const days = daysOf(table);
	const [chosen, setDay] = useState(days[0] ?? '');
	const day = days.includes(chosen) ? chosen : (days[0] ?? '');
	const at = (begin: string, room: string): Meeting | undefined => meetings.find((one) => one.begin === begin && one.room === room);
	const sitting = (begin: string, end: string): boolean => table.sittings.some((one) => one.begin < end && begin < one.end);
	return (
		<section class="card stack">
			<h2 class="card-title">{t('mt.rooms')}</h2>
			<Choice label={t('mt.day')} value={day} options={days.map((one) => ({ value: one, text: date(one) }))} onChange={setDay} />
			<div class="scroll" tabIndex={0} role="region" aria-label={t('mt.rooms')}>
				<table class="table room-grid">
					<caption class="unseen">{`${t('mt.rooms')}, ${date(day)}`}</caption>
					<thead>
						<tr>
							<th scope="col">{t('mt.when')}</th>
							{table.rooms.map((one) => (
								<th key={one.name} scope="col">
									<Name text={one.name} /> <span class="small">{t('mt.seats', { count: one.seats })}</span>
								</th>
							))}
						</tr>
					</thead>
					<tbody>
						{table.slots
							.filter((one) => dayOf(one.begin) === day)
							.map((slot) => (
								<tr key={slot.begin} class={sitting(slot.begin, slot.end) ? 'room-sitting' : ''}>
									<th scope="row">
										<bdi>{clockOf(slot.begin)}</bdi> {sitting(slot.begin, slot.end) && <span class="small">{t('mt.sitting')}</span>}
									</th>
									{table.rooms.map((room) => {
										const one = at(slot.begin, room.name);
										return (
											<td key={room.name} data-cell={one?.id}>
												{one !== undefined && (
													<>
														{one.fixed && <Icon name="lock" />} <Name text={namesOf(one)} />
													</>
												)}
											</td>
										);
									})}
								</tr>
							))}
					</tbody>
				</table>
			</div>
		</section>
	);
}

function Place({ one, table, act, onDone, onClose }: { readonly one: Meeting; readonly table: Timetable; readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [time, setTime] = useState(one.begin ?? one.times.find((has) => has.length > 10) ?? '');
	const [room, setRoom] = useState(one.room ?? '');
	const [loose, setLoose] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const people = one.sides.reduce((sum, side) => sum + side.people, 0);
	const send = async (): Promise<void> => {
		const answer = await act<Told>('POST', `meetings/${one.id}/place`, { time, room, loose }, { 'If-Match': `"${one.version}"` });
		if (answer.status === 200) onDone();
		else setRefused(answer);
	};
	return (
		<Dialog title={t('mt.step.place')} onClose={onClose}>
			<form
				class="stack"
				data-form="place"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				<p>
					<Name text={namesOf(one)} />: <Name text={one.subject} /> ({t('mt.people.count', { count: people })})
				</p>
				<Field label={t('mt.when')}>
					{(ids) => (
						<select {...ids} name="time" required value={time} onChange={(event) => setTime(event.currentTarget.value)}>
							<option value="">{t('choose')}</option>
							{table.slots.map((slot) => (
								<option key={slot.begin} value={slot.begin}>{`${date(dayOf(slot.begin))} ${clockOf(slot.begin)}`}</option>
							))}
						</select>
					)}
				</Field>
				<Field label={t('mt.room')}>
					{(ids) => (
						<select {...ids} name="room" required value={room} onChange={(event) => setRoom(event.currentTarget.value)}>
							<option value="">{t('choose')}</option>
							{table.rooms.map((has) => (
								<option key={has.name} value={has.name}>{`${has.name} (${number(has.seats)})`}</option>
							))}
						</select>
					)}
				</Field>
				<Switch label={t('mt.loose')} on={loose} onChange={setLoose} />
				<FormEnd refused={refused} id="place-send" disabled={false} onClose={onClose}>
					{t('mt.step.place')}
				</FormEnd>
			</form>
		</Dialog>
	);
}

type Doing = { readonly step: 'place' | 'free' | 'weigh'; readonly meeting: Meeting };

function Wishes({ meetings, onDo, onFix }: { readonly meetings: readonly Meeting[]; readonly onDo: (doing: Doing) => void; readonly onFix: (one: Meeting) => void }): JSX.Element {
	const [view, setView] = useState<View>('all');
	const columns: Column<Meeting>[] = [
		{ id: 'sides', title: t('mt.sides'), value: namesOf, cell: (one) => <Name text={namesOf(one)} /> },
		{ id: 'subject', title: t('a.field.subject'), value: (one) => one.subject, cell: (one) => <Name text={one.subject} /> },
		{
			id: 'state', title: t('hits.state'), value: (one) => t(`mt.state.${one.state}` as Key), cell: (one) => (
				<>
					<MeetingStamp one={one} /> {one.waiting !== null && one.state === 'accepted' && <span class="small">{t(`mt.waiting.${one.waiting}` as Key)}</span>}
				</>
			),
		},
		{ id: 'begin', title: t('mt.when'), value: (one) => one.begin ?? '', cell: (one) => <When one={one} /> },
		{ id: 'room', title: t('mt.room'), value: (one) => one.room ?? '', cell: (one) => one.room !== null && <Name text={one.room} /> },
		{ id: 'level', title: t('mt.level'), value: (one) => t(`mt.level.${one.level}` as Key) },
		{ id: 'people', title: t('a.field.people'), value: (one) => one.sides.reduce((sum, side) => sum + side.people, 0), number: true },
		{ id: 'weight', title: t('mt.weight'), value: (one) => one.weight ?? 0, number: true },
		{
			id: 'id', title: t('mt.number'), value: (one) => one.id, cell: (one) => (
				<div class="row" data-meeting={one.id}>
					<Code text={one.id} />
					{(one.state === 'accepted' || one.state === 'placed') && (
						<>
							<button type="button" class="button-quiet" data-step="place" onClick={() => onDo({ step: 'place', meeting: one })}>
								{t('mt.step.place')}
							</button>
							<button type="button" class="button-quiet" data-step="weigh" onClick={() => onDo({ step: 'weigh', meeting: one })}>
								{t('mt.step.weigh')}
							</button>
						</>
					)}
					{one.state === 'placed' && (
						<>
							<button type="button" class="button-quiet" data-step="fix" aria-pressed={one.fixed} onClick={() => onFix(one)}>
								{t('mt.step.fix')}
							</button>
							<button type="button" class="button-quiet" data-step="free" onClick={() => onDo({ step: 'free', meeting: one })}>
								{t('mt.step.free')}
							</button>
						</>
					)}
				</div>
			),
		},
	];
	const counted = (one: View): number => meetings.filter((has) => fits(has, one)).length;
	return (
		<>
			<Choice label={t('hits.view')} value={view} options={VIEWS.map((one) => ({ value: one, text: `${t(`mt.view.${one}` as Key)} (${number(counted(one))})` }))} onChange={setView} />
			<Sheet key={view} label={t('mt.wishes')} rows={meetings.filter((one) => fits(one, view))} columns={columns} keyOf={(one) => one.id} file="meetings" />
		</>
	);
}

/* With what the form of a step begins: what there is now. */
function startOf(table: Timetable, step: string): Values {
	switch (step) {
		case 'times':
			return { minutes: table.minutes };
		case 'rooms':
			return { rooms: table.rooms.map((one) => ({ ...one, closed: one.closed.join(', ') })) };
		case 'interpreters':
			return { interpreters: table.interpreters };
		case 'sittings':
			return { sittings: table.sittings.map((one) => ({ day: dayOf(one.begin), begin: clockOf(one.begin), end: clockOf(one.end), ...(one.item > 0 ? { item: one.item } : {}), ...(one.vote ? { vote: true } : {}), ...(one.title !== null ? { title: one.title } : {}) })) };
		default:
			return {};
	}
}

export default function TimetablePage(): JSX.Element {
	const known = who.value !== null && may('assembly.secretary');
	const { number: session } = useSessions();
	const [table, setTable] = useState<Timetable | null>(null);
	const [none, setNone] = useState(false);
	const [meetings, setMeetings] = useState<readonly Meeting[]>([]);
	const [failed, setFailed] = useState<unknown>(null);
	const [doing, setDoing] = useState<Doing | null>(null);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const { act, dialog } = useAct();
	const load = (): void => {
		if (!known || session === null) return;
		void learnCodes().catch(() => undefined);
		read<{ timetables: { session: number }[] }>('timetables').then(async (found) => {
			const there = found.timetables.some((one) => one.session === session);
			setNone(!there);
			if (!there) return;
			const [one, all] = await Promise.all([read<Timetable>(`timetables/${session}`), read<{ meetings: Meeting[] }>(`timetables/${session}/meetings`)]);
			setTable(one);
			setMeetings(all.meetings);
		}).catch(setFailed);
	};
	useEffect(load, [known, session]);
	useHeard(['meeting.', 'timetable.'], load);
	const done = (): void => {
		setDoing(null);
		say(t('officers.done'));
		load();
	};
	const fix = async (one: Meeting): Promise<void> => {
		const answer = await act<Told>('POST', `meetings/${one.id}/fix`, { fixed: !one.fixed }, { 'If-Match': `"${one.version}"` });
		setRefused(answer.status === 200 ? null : answer);
		load();
	};
	return (
		<div class="page page-wide">
			<div class="page-head">
				<div>
					<h1 tabIndex={-1}>{t('nav.timetable')}</h1>
					<p class="small">{t('mt.timetable.meaning')}</p>
				</div>
				{table !== null && (
					<button type="button" onClick={() => print()}>
						<Icon name="print" />
						{t('print')}
					</button>
				)}
			</div>
			{who.value !== null && !known && <p class="card empty">{t('trouble.right')}</p>}
			{failed !== null && <Trouble error={failed} />}
			{refused !== null && <Refused answer={refused} />}
			{known && none && session !== null && (
				<section class="card stack">
					<p class="empty">{t('mt.timetable.none')}</p>
					<Steps affair="timetable" plural="timetables" id={String(session)} may={['open']} version={0} onDone={load} />
				</section>
			)}
			{table !== null && (
				<>
					<Planning table={table} act={act} onDone={load} />
					<Grid table={table} meetings={meetings} />
					<Wishes meetings={meetings} onDo={setDoing} onFix={(one) => void fix(one)} />
					<section class="card stack" id="ground">
						<h2 class="card-title">{t('mt.ground')}</h2>
						<dl class="facts facts-wide">
							<Fact name={t('mt.times.count')}>{t('mt.times.of', { count: table.slots.length, minutes: number(table.minutes) })}</Fact>
							<Fact name={t('a.field.interpreters')}>
								{table.interpreters.map((one) => (
									<p key={one.languages.join()}>
										{list(one.languages.map(tongue))}: {number(one.teams)}
									</p>
								))}
							</Fact>
							<Fact name={t('mt.duties')}>
								{table.duties.map((one) => (
									<p key={one.office}>
										<Name text={sideName(one.office)} />: {one.times.length > 0 ? t('mt.duties.count', { count: one.times.length }) : t('none')}
									</p>
								))}
							</Fact>
						</dl>
						<Steps key={meetings.length} affair="timetable" plural="timetables" id={String(table.session)} may={table.may ?? []} version={0} startOf={(step) => startOf(table, step)} onDone={load} />
					</section>
				</>
			)}
			{doing?.step === 'place' && table !== null && <Place one={doing.meeting} table={table} act={act} onDone={done} onClose={() => setDoing(null)} />}
			{doing?.step === 'free' && <Reason title={t('mt.step.free')} meaning={t('mt.reason')} action={t('mt.step.free')} send={(text) => act<Told>('POST', `meetings/${doing.meeting.id}/free`, { text }, { 'If-Match': `"${doing.meeting.version}"` })} onDone={done} onClose={() => setDoing(null)} />}
			{doing?.step === 'weigh' && (
				<FormDialog
					name="weigh"
					title={t('mt.step.weigh')}
					spec={[{ name: 'weight', kind: 'number', needed: true, most: 100 }]}
					start={{ weight: doing.meeting.weight ?? 1 }}
					send={(body) => act<Told>('POST', `meetings/${doing.meeting.id}/weigh`, body, { 'If-Match': `"${doing.meeting.version}"` })}
					onDone={done}
					onClose={() => setDoing(null)}
				/>
			)}
			{dialog}
		</div>
	);
}
