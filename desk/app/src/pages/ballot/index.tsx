/* A secret vote in the browser: what is asked, the ballot encrypted here and nowhere else, a challenge before it is cast, the
 * tracking number, and looking for one's ballot on the board at any time. The credential is never stored and never sent. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { BallotProblem, type Election, type PreparedBallot, prepareBallot, readCredentialParts, verifyBallot, verifyOpenedBallot } from '../../../../ballot/src/index';
import { partyName } from '../../api/assembly';
import { type Poll, type Receipt, postBallot, readBallot, readPoll, readSetup } from '../../api/ballot';
import { Fact } from '../../parts/Fact';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { Refused } from '../../parts/Refused';
import { Trouble } from '../../parts/Trouble';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { list, number } from '../../strings/format';
import { answered, asked, pollTitle } from './title';

type Choices = number[][];
interface Setup {
	readonly election: Election;
	readonly credentials: ReadonlySet<string>;
}

const KNOWN = ['credential-form', 'credential-checksum', 'credential-unknown', 'choices-few', 'choices-many', 'choices-blank', 'ballot-hash', 'ballot-proof', 'ballot-signature', 'opened-commitment', 'opened-credential', 'opened-randomness'];

function Fault({ error }: { readonly error: unknown }): JSX.Element {
	if (error instanceof BallotProblem)
		return (
			<div class="trouble" role="alert" data-problem={error.code}>
				<Icon name="warning" />
				<p>{t(KNOWN.includes(error.code) ? (`b.problem.${error.code}` as Key) : 'b.problem')}</p>
			</div>
		);
	return <Trouble error={error} />;
}

function none(election: Election): Choices {
	return election.questions.map((one) => Array.from({ length: one.answers.length + (one.blank ? 1 : 0) }, () => 0));
}

/* One question: radio buttons where one answer is to be given, boxes where several may. */
function Question({ election, index, chosen, onChange }: { readonly election: Election; readonly index: number; readonly chosen: readonly number[]; readonly onChange: (chosen: number[]) => void }): JSX.Element {
	const question = election.questions[index]!;
	const first = question.blank ? 1 : 0;
	const single = question.maximum === 1 && (question.minimum === 1 || question.blank);
	const answers = [...question.answers.map((text, at) => ({ text, at: at + first })), ...(question.blank ? [{ text: null, at: 0 }] : [])];
	const pick = (at: number, on: boolean): void => {
		if (single || (question.blank && at === 0 && on)) onChange(chosen.map((_, place) => (place === at ? 1 : 0)));
		else onChange(chosen.map((old, place) => (place === at ? (on ? 1 : 0) : question.blank && place === 0 ? 0 : old)));
	};
	return (
		<fieldset class="ballot-question">
			<legend>
				<Name text={asked(question.text)} />
			</legend>
			<p class="small">{single ? t('b.one') : t('b.several', { least: question.minimum, most: question.maximum })}</p>
			{answers.map(({ text, at }) => (
				<label key={at} class={`ballot-answer ${chosen[at] === 1 ? 'ballot-chosen' : ''}`}>
					<input type={single ? 'radio' : 'checkbox'} name={`question-${index}`} value={at} checked={chosen[at] === 1} onChange={(event) => pick(at, event.currentTarget.checked)} />
					<span>{text !== null ? <Name text={answered(text)} /> : t('b.blank')}</span>
				</label>
			))}
		</fieldset>
	);
}

function Chosen({ election, choices }: { readonly election: Election; readonly choices: readonly (readonly number[])[] }): JSX.Element {
	return (
		<ul class="stack-tight">
			{election.questions.map((question, index) => {
				const first = question.blank ? 1 : 0;
				const own = choices[index] ?? [];
				const texts = question.answers.filter((_, at) => own[at + first] === 1).map(answered);
				return (
					<li key={index}>
						<Name text={asked(question.text)} />: <strong>{first === 1 && own[0] === 1 ? t('b.blank') : texts.length === 0 ? t('b.nobody') : <Name text={list(texts)} />}</strong>
					</li>
				);
			})}
		</ul>
	);
}

function save(name: string, text: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(new Blob([text], { type: 'application/json' }));
	link.download = name;
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

function Booth({ poll, setup }: { readonly poll: Poll; readonly setup: Setup }): JSX.Element {
	const [choices, setChoices] = useState<Choices>(() => none(setup.election));
	const [credential, setCredential] = useState('');
	const [made, setMade] = useState<PreparedBallot | null>(null);
	const [progress, setProgress] = useState<number | null>(null);
	const [opened, setOpened] = useState<{ readonly text: string; readonly commitment: string } | null>(null);
	const [receipt, setReceipt] = useState<Receipt | null>(null);
	const [fault, setFault] = useState<unknown>(null);
	const [refused, setRefused] = useState<{ readonly status: number; readonly detail: string } | null>(null);
	const [kept, setKept] = useState<{ readonly ballot: string } | null>(null); /* cast and not known to have arrived */
	const encrypt = async (): Promise<void> => {
		setFault(null);
		setRefused(null);
		try {
			readCredentialParts(credential.trim());
			setProgress(0);
			setMade(await prepareBallot(setup.election, credential.trim(), choices, { publicCredentials: setup.credentials, progress: (done, all) => setProgress(done / all) }));
			setCredential('');
		} catch (error) {
			setFault(error);
		}
		setProgress(null);
	};
	const send = async (ballot: string): Promise<void> => {
		setProgress(1);
		const answer = await postBallot(poll.id, ballot);
		setProgress(null);
		if (answer.receipt !== null) {
			setKept(null);
			setReceipt(answer.receipt);
			setMade(null);
		} else {
			setKept({ ballot });
			setRefused(answer);
		}
	};
	const cast = async (): Promise<void> => {
		if (made === null) return;
		setRefused(null);
		try {
			const { ballot, trackingNumber } = await made.cast();
			setKept({ ballot });
			await send(ballot);
			setReceipt((told) => (told !== null && told.tracking !== trackingNumber ? { ...told, tracking: trackingNumber } : told));
		} catch (error) {
			setFault(error);
		}
	};
	if (receipt !== null)
		return (
			<section class="card stack receipt" data-tracking={receipt.tracking}>
				<h2>
					<Icon name="clear" /> {t('b.cast.done')}
				</h2>
				<p>{t('b.tracking')}</p>
				<p class="officer-code">
					<Code text={receipt.tracking} />
				</p>
				<p class="small">{t('b.tracking.help', { place: receipt.place })}</p>
				<p class="row">
					<button type="button" onClick={() => print()}>
						<Icon name="print" />
						{t('print')}
					</button>
					<button
						type="button"
						class="button-quiet"
						onClick={() => {
							setReceipt(null);
							setChoices(none(setup.election));
						}}
					>
						{t('b.again')}
					</button>
				</p>
			</section>
		);
	if (opened !== null)
		return (
			<section class="card stack" data-opened={opened.commitment}>
				<h2>{t('b.opened')}</h2>
				<p>{t('b.opened.help')}</p>
				<p class="officer-code">
					<Code text={opened.commitment} />
				</p>
				<Chosen election={setup.election} choices={choices} />
				<p class="row">
					<button type="button" onClick={() => save('opened-ballot.json', opened.text)}>
						<Icon name="download" />
						{t('b.opened.save')}
					</button>
					<button
						type="button"
						class="button-main"
						onClick={() => {
							setOpened(null);
							setChoices(none(setup.election));
						}}
					>
						{t('b.anew')}
					</button>
				</p>
			</section>
		);
	if (made !== null)
		return (
			<section class="card stack" data-commitment={made.commitment}>
				<h2>{t('b.ready')}</h2>
				<Chosen election={setup.election} choices={choices} />
				<p>{t('b.commitment')}</p>
				<p class="officer-code">
					<Code text={made.commitment} />
				</p>
				<p class="small">{t('b.decide')}</p>
				{fault !== null && <Fault error={fault} />}
				{refused !== null && <Refused answer={{ status: refused.status, prove: false, body: { detail: refused.detail } }} />}
				<p class="row">
					<button type="button" class="button-main button-large" id="cast" disabled={progress !== null} onClick={() => void (kept !== null ? send(kept.ballot) : cast())}>
						{t(kept !== null ? 'b.send.again' : 'b.cast')}
					</button>
					{kept === null && (
						<button
							type="button"
							class="button-large"
							id="challenge"
							onClick={() => {
								const { commitment } = made;
								setOpened({ text: made.open(), commitment });
								setMade(null);
							}}
						>
							{t('b.challenge')}
						</button>
					)}
				</p>
			</section>
		);
	return (
		<form
			class="card stack"
			onSubmit={(event) => {
				event.preventDefault();
				void encrypt();
			}}
		>
			<h2>{t('b.vote')}</h2>
			{setup.election.questions.map((_, index) => (
				<Question key={index} election={setup.election} index={index} chosen={choices[index] ?? []} onChange={(chosen) => setChoices((before) => before.map((old, at) => (at === index ? chosen : old)))} />
			))}
			<Field label={t('b.credential')} help={t('b.credential.help')}>
				{(ids) => <textarea {...ids} name="credential" class="code" rows={2} dir="ltr" autocomplete="off" spellcheck={false} required value={credential} onInput={(event) => setCredential(event.currentTarget.value)} />}
			</Field>
			{fault !== null && <Fault error={fault} />}
			{progress !== null && <progress max={1} value={progress} aria-label={t('b.encrypting')} />}
			<p>
				<button type="submit" class="button-main button-large" id="encrypt" disabled={progress !== null}>
					<Icon name="lock" />
					{t(progress !== null ? 'b.encrypting' : 'b.encrypt')}
				</button>
			</p>
			<p class="small">{t('b.encrypt.help')}</p>
		</form>
	);
}

type Found = { readonly kind: 'none' } | { readonly kind: 'board'; readonly commitment: string } | { readonly kind: 'opened'; readonly choices: readonly (readonly number[])[]; readonly commitment: string };

/* On the same or on another device: is my ballot there, as I made it; and does an opened one hold what I chose? */
function Check({ poll, setup }: { readonly poll: Poll; readonly setup: Setup }): JSX.Element {
	const [tracking, setTracking] = useState('');
	const [commitment, setCommitment] = useState('');
	const [text, setText] = useState('');
	const [found, setFound] = useState<Found | null>(null);
	const [fault, setFault] = useState<unknown>(null);
	const [busy, setBusy] = useState(false);
	const look = async (action: () => Promise<Found>): Promise<void> => {
		setBusy(true);
		setFault(null);
		setFound(null);
		try {
			setFound(await action());
		} catch (error) {
			setFault(error);
		}
		setBusy(false);
	};
	const board = async (): Promise<Found> => {
		const ballot = await readBallot(poll.id, tracking.trim());
		if (ballot === null) return { kind: 'none' };
		const seen = await verifyBallot(setup.election, ballot, { publicCredentials: setup.credentials });
		return seen.trackingNumber === tracking.trim() ? { kind: 'board', commitment: seen.commitment } : { kind: 'none' };
	};
	const open = async (): Promise<Found> => ({ kind: 'opened', ...(await verifyOpenedBallot(setup.election, text.trim(), { publicCredentials: setup.credentials, ...(commitment.trim() !== '' ? { commitment: commitment.trim() } : {}) })) });
	return (
		<section class="card stack">
			<h2 class="card-title">{t('b.check')}</h2>
			<form
				class="stack-tight"
				onSubmit={(event) => {
					event.preventDefault();
					void look(board);
				}}
			>
				<Field label={t('b.tracking.field')}>{(ids) => <input {...ids} name="tracking" class="code" dir="ltr" autocomplete="off" required value={tracking} onInput={(event) => setTracking(event.currentTarget.value)} />}</Field>
				<p>
					<button type="submit" id="look" disabled={busy}>
						{t('b.look')}
					</button>
				</p>
			</form>
			<details>
				<summary>{t('b.check.opened')}</summary>
				<form
					class="stack-tight"
					onSubmit={(event) => {
						event.preventDefault();
						void look(open);
					}}
				>
					<Field label={t('b.commitment.field')}>{(ids) => <input {...ids} name="commitment" class="code" dir="ltr" autocomplete="off" value={commitment} onInput={(event) => setCommitment(event.currentTarget.value)} />}</Field>
					<Field label={t('b.opened.file')}>{(ids) => <input {...ids} name="opened" type="file" accept="application/json,.json" required onChange={(event) => void event.currentTarget.files?.[0]?.text().then(setText)} />}</Field>
					<p>
						<button type="submit" disabled={busy || text === ''}>
							{t('b.check.do')}
						</button>
					</p>
				</form>
			</details>
			{busy && <p role="status">{t('loading')}</p>}
			{fault !== null && <Fault error={fault} />}
			{found !== null && (
				<div role="status" data-found={found.kind} class={found.kind === 'none' ? 'near-note' : 'receipt'}>
					{found.kind === 'none' && <p>{t('b.found.none')}</p>}
					{found.kind === 'board' && (
						<p>
							<Icon name="clear" /> {t('b.found')} <Code text={found.commitment} />
						</p>
					)}
					{found.kind === 'opened' && (
						<>
							<p>
								<Icon name="clear" /> {t('b.found.opened')}
							</p>
							<Chosen election={setup.election} choices={found.choices} />
						</>
					)}
				</div>
			)}
		</section>
	);
}

function Results({ poll }: { readonly poll: Poll }): JSX.Element | null {
	if (poll.result === undefined) return null;
	return (
		<section class="card stack">
			<h2 class="card-title">{t('b.result')}</h2>
			{poll.call.questions.map((question, index) => {
				const counts = poll.result?.result[index] ?? [];
				const rows = [...(question.blank === true ? [t('b.blank')] : []), ...question.answers.map(answered)].map((text, at) => ({ text, count: counts[at] ?? 0 }));
				const most = Math.max(1, ...rows.map((row) => row.count));
				return (
					<table key={index} class="table">
						<caption>
							<Name text={asked(question.question)} />
						</caption>
						<tbody>
							{rows
								.sort((a, b) => b.count - a.count)
								.map((row) => (
									<tr key={row.text}>
										<th scope="row">
											<Name text={row.text} />
										</th>
										<td class="count-bar">
											<meter min={0} max={most} value={row.count} aria-label={row.text} />
										</td>
										<td class="number">{number(row.count)}</td>
									</tr>
								))}
						</tbody>
					</table>
				);
			})}
		</section>
	);
}

export default function BallotPage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const [poll, setPoll] = useState<Poll | null>(null);
	const [setup, setSetup] = useState<Setup | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => {
		readPoll(id).then((found) => {
			setPoll(found);
			if (found.state === 'called' || found.state === 'cancelled') return;
			readSetup(id).then(setSetup, setFailed);
		}, setFailed);
	}, [id]);
	return (
		<div class="page">
			<div>
				<h1 tabIndex={-1}>{poll !== null ? <Name text={pollTitle(poll.name)} /> : t('b.secret')}</h1>
				{poll !== null && (
					<p class="small">
						{t(`b.state.${poll.state}`)} · {t('b.ballots', { count: poll.ballots })} · {t('b.voters', { count: poll.voters })}
					</p>
				)}
			</div>
			{failed !== null && <Fault error={failed} />}
			{poll !== null && (
				<div class="assembly">
					<div class="stack">
						{poll.state === 'open' && setup !== null && <Booth poll={poll} setup={setup} />}
						{poll.state === 'called' && <p>{t('b.called')}</p>}
						<Results poll={poll} />
						{setup !== null && <Check poll={poll} setup={setup} />}
					</div>
					<section class="card stack">
						<h2 class="card-title">{t('b.trust')}</h2>
						<p>{t('b.trust.text', { threshold: poll.call.threshold, count: poll.call.trustees.length })}</p>
						<dl class="facts">
							<Fact name={t('b.trustees')}>{list(poll.call.trustees.map(partyName))}</Fact>
							<Fact name={t('b.registrars')}>{list(poll.call.registrars.map(partyName))}</Fact>
							{setup !== null && (
								<Fact name={t('b.fingerprint')}>
									<Code text={setup.election.fingerprint} />
								</Fact>
							)}
						</dl>
						{setup !== null && (
							<p>
								<a href={`/api/v1/elections/${encodeURIComponent(id)}/archive`} download={`${id}.bel`}>
									{t('b.archive')}
								</a>
							</p>
						)}
					</section>
				</div>
			)}
		</div>
	);
}
