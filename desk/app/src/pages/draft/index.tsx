/* A request for a notice, filled in: by colour, section by section, with help at each field; kept as it is typed. Until it
 * is first saved it lies in this tab alone; from then on with the service, as a draft of the own office. */
import type { JSX } from 'preact';
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { type Item, bodyOf, waitingEdit } from '../../api/outbox';
import { type Content, type Json, type Notice, codes, codesOf, learnCodes, word } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { useKeys } from '../../frame/keys';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { LANGUAGES, language } from '../../frame/store';
import { may, ownOffice, who } from '../../frame/who';
import { Choice, Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Refused } from '../../parts/Refused';
import { shelf } from '../../parts/kept';
import { Trouble } from '../../parts/Trouble';
import { type Finding, type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { LANGUAGE_NAMES, type Key, t } from '../../strings';
import { clock } from '../../strings/format';
import { type Reach, ReachEditor, reachBody, reachOf, readReach } from '../notice/Reach';
import { PUBLIC_COLOURS, SECTIONS, SUBJECTS, belongs, isNeeded, tidy, valueAt, withValue } from '../notice/spec';
import { Edit } from './Edit';
import { belongsTo, faultOf } from './findings';

const { forget, keep, kept } = shelf('draft');
const IDLE_MS = 20_000;

interface Draft {
	readonly form: 'notice' | 'diffusion';
	readonly content: Content;
	readonly isPublic: boolean;
	readonly reference: string;
	readonly reach: Reach;
}

const EMPTY: Draft = { form: 'notice', content: {}, isPublic: false, reference: '', reach: { kind: 'all', offices: [] } };

function Colours({ onChoose }: { readonly onChoose: (colour: string, form: Draft['form']) => void }): JSX.Element {
	const [form, setForm] = useState<Draft['form']>('notice');
	return (
		<div class="stack">
			<Choice label={t('draft.form')} value={form} options={(['notice', 'diffusion'] as const).map((value) => ({ value, text: t(`form.${value}`) }))} onChange={setForm} />
			<p class="field-help">{t(`form.help.${form}`)}</p>
			<ul class="draft-colours">
				{codesOf('colour').map((one) => (
					<li key={one}>
						<button type="button" class="draft-colour" data-colour={one} onClick={() => onChoose(one, form)}>
							<strong>{word('colour', one)}</strong>
							<span>{t(`asks.${one}` as Key)}</span>
						</button>
					</li>
				))}
			</ul>
		</div>
	);
}

interface Start {
	readonly draft: Draft;
	readonly notice: Notice | null;
	readonly restored: boolean; /* typed before and not saved */
	readonly waits: string | null; /* the item of the node's outbox by which the draft waits to be made */
}

function Form({ start: { draft: start, notice, restored, waits } }: { readonly start: Start }): JSX.Element {
	const { act, dialog } = useAct(true);
	const [draft, setDraft] = useState(start);
	const [known, setKnown] = useState(notice);
	const [saved, setSaved] = useState<{ draft: Draft | null; at: Date | null }>({ draft: restored ? null : start, at: null });
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [given, setGiven] = useState<readonly Finding[]>([]);
	const [asked, setAsked] = useState(false); /* publication was asked for: what is lacking is told at its field */
	const [busy, setBusy] = useState(false);
	const amending = known !== null && known.steps.includes('amend');
	const isKept = (known !== null && !amending) || waits !== null;
	const changed = draft !== saved.draft;
	const latest = useRef({ draft, changed, isKept, save: async (): Promise<boolean> => true });
	const id = known?.href ?? (waits !== null ? `~${waits}` : 'new');

	const change = (next: Partial<Draft>): void => setDraft((before) => ({ ...before, ...next }));
	const put = (path: string, value: Json | undefined): void => setDraft((before) => ({ ...before, content: withValue(before.content, path, value) }));
	/* With each key, before anything else can happen to the page. */
	useLayoutEffect(() => {
		if (changed) keep(id, draft);
	}, [draft, id]);

	/* What is found is told at its field; the rest of a refusal below. */
	const took = (answer: Answer<Told>): boolean => {
		const good = answer.status === 200 || answer.status === 201 || answer.waits !== undefined;
		setRefused(good || answer.body.findings !== undefined ? null : answer);
		setGiven(answer.body.findings ?? []);
		return good;
	};
	const reload = async (href: string): Promise<void> => {
		const found = await read<Notice>(`notices/${href}`);
		setKnown(found);
		if (known === null) history.replaceState(null, '', hrefOf('draft', href));
	};
	const save = async (): Promise<boolean> => {
		const sending = draft;
		setBusy(true);
		const content = tidy(sending.content);
		const more = { content, public: sending.isPublic, ...(sending.reference.trim() !== '' ? { reference: sending.reference.trim() } : {}) };
		const whole = { ...more, form: sending.form, reach: reachBody(sending.reach) };
		/* At a node without a line what was saved waits: it is changed there, so that headquarters hears of the last state alone. */
		const item = waits ?? (known !== null ? await waitingEdit(known.href).catch(() => null) : null);
		const answer =
			item !== null
				? await act<{ id: string } & Told>('PUT', `outbox/${item}`, known === null ? whole : more)
				: known === null
					? await act<{ id: string } & Told>('POST', 'notices', whole, { 'Idempotency-Key': crypto.randomUUID() })
					: await act<{ id: string } & Told>('POST', `notices/${known.href}/edit`, more, { 'If-Match': `"${known.version ?? 0}"` });
		const good = took(answer);
		if (answer.waits !== undefined) {
			if (known === null || latest.current.draft === sending) forget(id);
			setSaved({ draft: sending, at: new Date() });
			say(t('outbox.kept'));
			if (known === null && waits === null) go(hrefOf('draft', `~${answer.waits}`));
		} else if (good) {
			if (known === null || latest.current.draft === sending) forget(id); /* else more was typed meanwhile */
			setSaved({ draft: sending, at: new Date() });
			await reload(answer.body.id.replace('/', '-'));
			say(t('draft.saved'));
		}
		setBusy(false);
		return good;
	};
	latest.current = { draft, changed, isKept, save };
	/* Saved by itself once it is with the service: when nothing was typed for a while, and when the page is left. */
	useEffect(() => {
		if (!changed || !isKept || busy) return undefined;
		const timer = setTimeout(() => void latest.current.save(), IDLE_MS);
		return () => clearTimeout(timer);
	}, [draft, busy]);
	useEffect(
		() => () => {
			const last = latest.current;
			if (last.changed && last.isKept) void last.save();
		},
		[],
	);
	const finish = async (): Promise<void> => {
		setAsked(true);
		if (amending && known !== null) {
			setBusy(true);
			const answer = await act<Told>('POST', `notices/${known.href}/amend`, { content: tidy(draft.content) }, { 'If-Match': `"${known.version ?? 0}"` });
			setBusy(false);
			if (took(answer)) {
				forget(id);
				go(answer.waits !== undefined ? hrefOf('outbox-item', answer.waits) : hrefOf('notice', known.href));
			}
			return;
		}
		if ((changed || (known === null && waits === null)) && !(await save())) return;
		if (waits !== null && known === null) await later(waits);
		else setAsked(true);
	};
	/* Asked for what is not numbered yet: headquarters does it when the draft is there, and says what it lacks. */
	const later = async (item: string): Promise<void> => {
		setAsked(false);
		setBusy(true);
		const answer = await act<Told>('POST', `notices/~${item}/${step}`, {}, { 'Idempotency-Key': crypto.randomUUID() });
		setBusy(false);
		if (took(answer)) go(answer.waits !== undefined ? hrefOf('outbox-item', answer.waits) : hrefOf('outbox'));
	};
	const step = draft.form === 'diffusion' ? 'circulate' : 'request';
	const lacks = known?.lacks ?? [];
	/* Asking for publication: saved first, and taken only when nothing is lacking. */
	useEffect(() => {
		if (!asked || amending || busy || changed || known === null) return;
		setAsked(false);
		if (lacks.length > 0) {
			setGiven(lacks);
			return;
		}
		setBusy(true);
		void act<Told>('POST', `notices/${known.href}/${step}`, {}, { 'If-Match': `"${known.version ?? 0}"` }).then((answer) => {
			setBusy(false);
			if (took(answer)) {
				say(t(answer.waits !== undefined ? 'outbox.kept' : (`did.${step}` as Key)));
				go(answer.waits !== undefined ? hrefOf('outbox-item', answer.waits) : hrefOf('notice', known.href));
			}
		});
	}, [asked, known, busy, changed]);
	useEffect(() => {
		if (given.length > 0) document.querySelector<HTMLElement>('.draft .field-fault')?.scrollIntoView({ block: 'center' });
	}, [given]);
	useKeys([{ keys: 'Ctrl+S', label: 'keys.save', run: () => void latest.current.save() }], []);

	const colour = String(draft.content['colour'] ?? '');
	const subject = String(draft.content['subject'] ?? 'person');
	const source = String(draft.content['source_language'] ?? 'en');
	const sections = useMemo(
		() => SECTIONS.map((section) => ({ ...section, fields: section.fields.filter((field) => belongs(field, colour, subject)) })).filter((section) => section.fields.length > 0),
		[colour, subject],
	);
	const paths = sections.flatMap((section) => section.fields.map((field) => field.path));
	const loose = given.filter((one) => !paths.some((path) => belongsTo(one, path, paths)));
	const faultsOf = (section: (typeof sections)[number]): number => given.filter((one) => section.fields.some((field) => belongsTo(one, field.path, paths))).length;
	const subjects = SUBJECTS[colour] ?? [];
	return (
		<div class="draft" data-colour={colour}>
			<nav class="draft-sections" aria-label={t('draft.sections')}>
				<ul>
					{[...sections.map((one) => one.name), 'sending'].map((name) => {
						const section = sections.find((one) => one.name === name);
						const faults = section !== undefined ? faultsOf(section) : 0;
						return (
							<li key={name}>
								<button type="button" class="facet-value" onClick={() => document.getElementById(`section-${name}`)?.scrollIntoView({ block: 'start' })}>
									<span>{t(`section.${name}` as Key)}</span>
									{faults > 0 && <strong class="bad">{t('draft.faults', { count: faults })}</strong>}
								</button>
							</li>
						);
					})}
				</ul>
				<p class="small" aria-live="polite" data-saved={saved.at !== null && !changed}>
					{busy ? t('draft.saving') : changed ? t(isKept ? 'draft.changed' : 'draft.inTab') : saved.at !== null ? t('draft.savedAt', { time: clock(saved.at) }) : ''}
				</p>
			</nav>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void finish();
				}}
			>
				<header class="notice-band">
					<p>
						<strong>{word('colour', colour)}</strong>
						{draft.form === 'diffusion' && <span>{t('form.diffusion')}</span>}
						{known !== null && (
							<bdi class="code" dir="ltr">
								{known.id}
							</bdi>
						)}
					</p>
				</header>
				{notice?.state === 'returned' && typeof notice.text === 'string' && notice.text !== '' && (
					<section class="card notice-asked">
						<h2 class="card-title">{t('notice.asked')}</h2>
						<blockquote dir="auto">{notice.text}</blockquote>
					</section>
				)}
				{loose.length > 0 && (
					<div class="trouble" role="alert">
						<Icon name="warning" />
						<ul>
							{loose.map((one) => (
								<li key={one.field + one.what}>{faultOf(one)}</li>
							))}
						</ul>
					</div>
				)}
				{waits !== null && (
					<p class="card near">
						<Icon name="clock" />
						{t('outbox.draft')} <a href={hrefOf('outbox-item', waits)}>{t('nav.outbox.item')}</a>
					</p>
				)}
				<p class="small">{t('draft.needed')}</p>
				<section class="card stack">
					{subjects.length > 1 && <Choice label={t('n.subject')} value={subject} options={subjects.map((value) => ({ value, text: word('subject', value) }))} onChange={(value) => put('subject', value)} />}
					<Choice label={t('n.source_language')} value={source} options={LANGUAGES.map((value) => ({ value: value as string, text: LANGUAGE_NAMES[value], lang: value }))} onChange={(value) => put('source_language', value)} />
				</section>
				{sections.map((section) => (
					<section key={section.name} id={`section-${section.name}`} class="card stack" aria-label={t(`section.${section.name}` as Key)}>
						<h2>{t(`section.${section.name}` as Key)}</h2>
						<div class="draft-fields">
							{section.fields.map((field) => (
								<Edit
									key={field.path}
									spec={field}
									path={field.path}
									colour={colour}
									source={source}
									value={valueAt(draft.content, field.path)}
									needed={isNeeded(colour, field.path)}
									findings={given.filter((one) => belongsTo(one, field.path, paths))}
									href={known?.href ?? null}
									onChange={(value) => put(field.path, value)}
								/>
							))}
						</div>
					</section>
				))}
				<section id="section-sending" class="card stack" aria-label={t('section.sending')}>
					<h2>{t('section.sending')}</h2>
					<Field label={t('notice.reference')} help={t('draft.reference.help')}>
						{(ids) => <input {...ids} type="text" dir="ltr" class="code" autocomplete="off" maxLength={100} value={draft.reference} onInput={(event) => change({ reference: event.currentTarget.value })} />}
					</Field>
					{PUBLIC_COLOURS.has(colour) && draft.form === 'notice' && (
						<span class="row">
							<input type="checkbox" id="draft-public" checked={draft.isPublic} onChange={(event) => change({ isPublic: event.currentTarget.checked })} />
							<label for="draft-public">{t('draft.public')}</label>
						</span>
					)}
					{known === null ? <ReachEditor reach={draft.reach} owner={ownOffice()} onChange={(reach) => change({ reach })} /> : <p class="small">{t('draft.reach.later')}</p>}
				</section>
				{refused !== null && <Refused answer={refused} />}
				<div class="row row-end draft-end">
					{!amending && (
						<button type="button" id="draft-save" disabled={busy} onClick={() => void save()}>
							{t('draft.save')}
						</button>
					)}
					<button type="submit" id="draft-send" class="button-main" disabled={busy}>
						{t(amending ? 'step.amend' : known?.state === 'returned' ? 'draft.save' : `step.${step}`)}
					</button>
				</div>
			</form>
			{dialog}
		</div>
	);
}

function draftOf(notice: Notice): Draft {
	return { form: notice.form, content: notice.content, isPublic: notice.public === true, reference: notice.reference ?? '', reach: readReach(notice.reach ?? '*') };
}

/* What waits in the node's outbox to be made; once it was, where it stands. What was refused begins anew. */
async function startOf(item: string): Promise<Start | string> {
	const [found] = await Promise.all([read<Item>(`outbox/${encodeURIComponent(item)}`), learnCodes()]);
	if (found.state === 'accepted' && found.made !== null) return found.made.replace('/', '-');
	const typed = kept<Draft>(`~${item}`);
	const body = bodyOf(found) as { readonly form?: Draft['form']; readonly content?: Content; readonly public?: boolean; readonly reference?: string; readonly reach?: Parameters<typeof reachOf>[0] } | null;
	const told = body !== null ? { form: body.form ?? 'notice', content: body.content ?? {}, isPublic: body.public === true, reference: body.reference ?? '', reach: reachOf(body.reach ?? '*') } : EMPTY;
	return { draft: typed ?? told, notice: null, restored: typed !== null, waits: found.state === 'waiting' ? item : null };
}

export default function DraftPage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? 'new';
	const [start, setStart] = useState<Start | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => {
		if (id.startsWith('~')) {
			startOf(id.slice(1)).then((found) => (typeof found === 'string' ? go(hrefOf('draft', found)) : setStart(found)), setFailed);
			return;
		}
		const notice = id === 'new' ? Promise.resolve(null) : read<Notice>(`notices/${encodeURIComponent(id)}`);
		Promise.all([notice, learnCodes()]).then(([found]) => {
			const typed = kept<Draft>(id);
			if (found !== null) setStart({ draft: typed ?? draftOf(found), notice: found, restored: typed !== null, waits: null });
			else if (typed !== null) setStart({ draft: typed, notice: null, restored: true, waits: null });
		}, setFailed);
	}, [id]);
	const allowed = who.value === null || may('notices.write');
	return (
		<div class="page page-wide">
			<h1 tabIndex={-1}>{t(id === 'new' ? 'notices.new' : 'nav.draft')}</h1>
			{failed !== null && <Trouble error={failed} />}
			{!allowed && <p class="card empty">{t('trouble.right')}</p>}
			{allowed && codes.value !== null && start === null && id === 'new' && (
				<Colours
					onChoose={(colour, form) =>
						setStart({ draft: { ...EMPTY, form, content: { colour, subject: SUBJECTS[colour]?.[0] ?? 'person', source_language: language.value }, reach: form === 'diffusion' ? { kind: 'only', offices: [] } : EMPTY.reach }, notice: null, restored: false, waits: null })
					}
				/>
			)}
			{allowed && codes.value !== null && start !== null && <Form start={start} />}
		</div>
	);
}
