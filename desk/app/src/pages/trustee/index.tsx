/* A trustee's part in a secret vote, in the browser: the key is made here and saved as a file that only the trustee has; each
 * step reads it from there again, and nothing secret is kept by the page or sent. The files are those of `jisr trustee`, with
 * which one may go on at any time. */
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { acceptShares, BallotProblem, findTrustee, makeCertificate, makeDecryption, makePolynomial, readCertificates, readSeed, type TrusteeGroup } from '../../../../ballot/src/index';
import { partyName } from '../../api/assembly';
import { type Poll, type PollLine, pollPath, readPoll, readPolls, sendPart } from '../../api/ballot';
import { readBytes, readText, Refusal } from '../../api/client';
import { ownOffice } from '../../frame/who';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { Code, Name } from '../../parts/Name';
import { savePlain } from '../../parts/save';
import { Trouble } from '../../parts/Trouble';
import type { PageProps } from '../../routes';
import { type Key, t } from '../../strings';
import { number } from '../../strings/format';
import { pollTitle } from '../ballot/title';

const LOOK_MS = 4000; /* how often the page looks whether it is this trustee's turn */
const KNOWN = ['trustee-key', 'trustee-unknown', 'trustee-form', 'trustee-signature', 'trustee-sealed', 'trustee-own', 'archive-form', 'archive-open', 'archive-tally', 'archive-trustees', 'ballot-proof', 'ballot-signature'];

function Fault({ error, poll }: { readonly error: unknown; readonly poll: Poll }): JSX.Element {
	if (!(error instanceof BallotProblem)) return <Trouble error={error} />;
	const accused = poll.call.trustees[Number(error.details.trustee ?? 0) - 1];
	return (
		<div class="trouble" role="alert" data-problem={error.code}>
			<Icon name="warning" />
			<div>
				<p>{error.code === 'trustee-complaint' ? t('tr.problem.trustee-complaint', { office: accused !== undefined ? partyName(accused) : '' }) : t(KNOWN.includes(error.code) ? (`tr.problem.${error.code}` as Key) : 'b.problem')}</p>
				{error.code === 'trustee-complaint' && (
					<p>
						<Code text={String(error.details.fingerprint)} />
					</p>
				)}
			</div>
		</div>
	);
}

/* What the trustee opens for a step: the key, and the certificates that were agreed on. Told apart by what is in them. */
interface Opened {
	readonly seed: string;
	readonly agreed: string;
}

async function openFiles(files: FileList | null): Promise<Opened> {
	const texts = await Promise.all([...(files ?? [])].map((file) => (file.size < 1 << 20 ? file.text() : '')));
	const agreed = texts.find((text) => text.trimStart().startsWith('{')) ?? '';
	return { agreed, seed: readSeed(texts.find((text) => text.trim() !== '' && text !== agreed) ?? '') };
}

const sent = (poll: Poll, what: string): boolean => poll.offices.some((one) => one.role === 'trustee' && one.office === ownOffice() && one.sent.includes(what));

type Turn = 'key' | 'agree' | 'share' | 'decrypt' | 'wait' | 'done';

/* Which step is this trustee's now. */
export function turnOf(poll: Poll): Turn {
	const all = poll.call.trustees.length;
	if (poll.state === 'cancelled' || poll.state === 'counted' || sent(poll, 'decrypt')) return 'done';
	if (!sent(poll, 'certificate')) return poll.state === 'called' ? 'key' : 'done';
	if (!sent(poll, 'polynomial')) return poll.sent.certificates === all ? 'agree' : 'wait';
	if (!sent(poll, 'share')) return poll.sent.polynomials === all ? 'share' : 'wait';
	return poll.state === 'closed' ? 'decrypt' : 'wait';
}

interface StepProps {
	readonly poll: Poll;
	readonly onSent: () => void;
}

function useSend(poll: Poll, onSent: () => void): { readonly busy: boolean; readonly fault: unknown; readonly run: (make: () => Promise<{ readonly act: string; readonly text: string } | null>) => void } {
	const [busy, setBusy] = useState(false);
	const [fault, setFault] = useState<unknown>(null);
	const run = (make: () => Promise<{ readonly act: string; readonly text: string } | null>): void => {
		setBusy(true);
		setFault(null);
		make()
			.then(async (made) => {
				if (made === null) return;
				await sendPart(poll.id, made.act, made.text);
				onSent();
			})
			.catch((error: unknown) => setFault(error))
			.finally(() => setBusy(false));
	};
	return { busy, fault, run };
}

/* The key is saved before the certificate goes out: a key that is lost then stops the whole vote. */
function MakeKey({ poll, onSent }: StepProps): JSX.Element {
	const [made, setMade] = useState<{ readonly seed: string; readonly certificate: string; readonly fingerprint: string } | null>(null);
	const [safe, setSafe] = useState(false);
	const { busy, fault, run } = useSend(poll, onSent);
	const save = (key: { readonly seed: string; readonly fingerprint: string }): void => savePlain(`${key.fingerprint}.key`, key.seed);
	return (
		<section class="card stack" data-turn="key">
			<h2>{t('tr.key')}</h2>
			<p>{t('tr.key.help')}</p>
			{fault !== null && <Fault error={fault} poll={poll} />}
			{made === null ? (
				<p>
					<button
						type="button"
						id="make-key"
						class="button-main button-large"
						disabled={busy}
						onClick={() =>
							run(async () => {
								const key = await makeCertificate();
								setMade(key);
								save(key);
								return null;
							})
						}
					>
						<Icon name="lock" />
						{t('tr.key.make')}
					</button>
				</p>
			) : (
				<>
					<p>
						{t('tr.fingerprint')} <Code text={made.fingerprint} />
					</p>
					<p>
						<button type="button" onClick={() => save(made)}>
							<Icon name="download" />
							{t('tr.key.again')}
						</button>
					</p>
					<label class="ballot-answer">
						<input type="checkbox" name="safe" checked={safe} onChange={(event) => setSafe(event.currentTarget.checked)} />
						<span>{t('tr.key.safe')}</span>
					</label>
					<p>
						<button type="button" id="send-certificate" class="button-main button-large" disabled={!safe || busy} onClick={() => run(async () => ({ act: 'certificate', text: made.certificate }))}>
							{t('tr.certificate.send')}
						</button>
					</p>
				</>
			)}
		</section>
	);
}

/* A form that asks for the trustee's files and does one thing with them. */
function WithKey(props: { readonly turn: Turn; readonly title: string; readonly help: string; readonly button: string; readonly agreed: boolean; readonly ready: boolean; readonly busy: boolean; readonly fault: unknown; readonly poll: Poll; readonly onFiles: (files: FileList | null) => void; readonly children?: ComponentChildren }): JSX.Element {
	const files = useRef<HTMLInputElement>(null);
	const [chosen, setChosen] = useState(0);
	return (
		<form
			class="card stack"
			data-turn={props.turn}
			onSubmit={(event) => {
				event.preventDefault();
				props.onFiles(files.current?.files ?? null);
			}}
		>
			<h2>{props.title}</h2>
			<p>{props.help}</p>
			{props.children}
			<Field label={t(props.agreed ? 'tr.files' : 'tr.file')} help={t('tr.file.help')}>
				{(ids) => <input {...ids} ref={files} type="file" name="key" multiple={props.agreed} required onChange={(event) => setChosen(event.currentTarget.files?.length ?? 0)} />}
			</Field>
			{props.fault !== null && <Fault error={props.fault} poll={props.poll} />}
			<p>
				<button type="submit" id="take-step" class="button-main button-large" disabled={!props.ready || props.busy || chosen === 0}>
					{props.busy ? t('tr.busy') : props.button}
				</button>
			</p>
		</form>
	);
}

function Agree({ poll, onSent }: StepProps): JSX.Element {
	const [group, setGroup] = useState<{ readonly lines: string; readonly trustees: TrusteeGroup } | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [same, setSame] = useState(false);
	const { busy, fault, run } = useSend(poll, onSent);
	useEffect(() => {
		readText(pollPath(poll.id, '/certificates'))
			.then(async (lines) => setGroup({ lines, trustees: await readCertificates(lines) }))
			.catch((error: unknown) => setFailed(error));
	}, []);
	const take = (files: FileList | null): void =>
		run(async () => {
			if (group === null) return null;
			const { seed } = await openFiles(files);
			const text = await makePolynomial(group.trustees, seed, poll.call.threshold);
			savePlain('certs.jsons', group.lines);
			return { act: 'polynomial', text };
		});
	return (
		<WithKey turn="agree" title={t('tr.agree')} help={t('tr.agree.help')} button={t('tr.agree.do')} agreed={false} ready={same && group !== null} busy={busy} fault={fault ?? failed} poll={poll} onFiles={take}>
			<table class="table">
				<caption>{t('tr.fingerprints', { threshold: poll.call.threshold, count: poll.call.trustees.length })}</caption>
				<tbody>
					{group?.trustees.certificates.map(({ fingerprint }, index) => (
						<tr key={fingerprint} data-fingerprint={fingerprint}>
							<th scope="row">
								<Name text={partyName(poll.call.trustees[index] ?? '')} /> {poll.call.trustees[index] === ownOffice() && <span class="topic">{t('tr.own')}</span>}
							</th>
							<td class="fingerprint">
								<Code text={fingerprint} />
							</td>
						</tr>
					))}
				</tbody>
			</table>
			<label class="ballot-answer">
				<input type="checkbox" name="same" checked={same} onChange={(event) => setSame(event.currentTarget.checked)} />
				<span>{t('tr.same')}</span>
			</label>
		</WithKey>
	);
}

/* The group that this trustee agreed on, from the own file: what the service says now cannot change it. */
async function agreedGroup(files: FileList | null): Promise<{ readonly trustees: TrusteeGroup; readonly seed: string }> {
	const { seed, agreed } = await openFiles(files);
	if (agreed === '') throw new BallotProblem('trustee-form', { field: 'certs.jsons' });
	const trustees = await readCertificates(agreed);
	await findTrustee(trustees, seed);
	return { trustees, seed };
}

function Share({ poll, onSent }: StepProps): JSX.Element {
	const { busy, fault, run } = useSend(poll, onSent);
	const take = (files: FileList | null): void =>
		run(async () => {
			const { trustees, seed } = await agreedGroup(files);
			const input = await readText(pollPath(poll.id, `/trustees/${encodeURIComponent(ownOffice())}/input`));
			return { act: 'share', text: await acceptShares(trustees, seed, input) };
		});
	return <WithKey turn="share" title={t('tr.share')} help={t('tr.share.help')} button={t('tr.share.do')} agreed ready busy={busy} fault={fault} poll={poll} onFiles={take} />;
}

function Decrypt({ poll, onSent }: StepProps): JSX.Element {
	const [progress, setProgress] = useState<number | null>(null);
	const { busy, fault, run } = useSend(poll, onSent);
	const take = (files: FileList | null): void =>
		run(async () => {
			const { trustees, seed } = await agreedGroup(files);
			setProgress(0);
			const [archive, key] = await Promise.all([readBytes(pollPath(poll.id, '/archive')), readText(pollPath(poll.id, `/trustees/${encodeURIComponent(ownOffice())}/key`))]);
			const made = await makeDecryption(trustees, seed, key, archive, (done, all) => setProgress(all > 0 ? done / all : 1)).finally(() => setProgress(null));
			return { act: 'decrypt', text: made.text };
		});
	return (
		<WithKey turn="decrypt" title={t('tr.decrypt')} help={t('tr.decrypt.help', { ballots: poll.ballots })} button={t('tr.decrypt.do')} agreed ready busy={busy} fault={fault} poll={poll} onFiles={take}>
			{progress !== null && <progress max={1} value={progress} aria-label={t('tr.verifying')} />}
		</WithKey>
	);
}

const STEPS = ['certificate', 'polynomial', 'share', 'decrypt'] as const;

function Part({ id }: { readonly id: string }): JSX.Element {
	const [poll, setPoll] = useState<Poll | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const look = (): void => void readPoll(id).then(setPoll, (error: unknown) => setFailed(error));
	useEffect(look, [id]);
	const waits = poll !== null && turnOf(poll) === 'wait';
	useLayoutEffect(() => {
		if (!waits) return;
		const timer = setInterval(look, LOOK_MS);
		return () => clearInterval(timer);
	}, [waits]);
	if (failed !== null) return <Trouble error={failed} />;
	if (poll === null) return <p role="status">{t('loading')}</p>;
	const trustee = poll.call.trustees.includes(ownOffice());
	const turn = turnOf(poll);
	const step = { poll, onSent: look };
	return (
		<>
			<h1 tabIndex={-1}>
				<Name text={pollTitle(poll.name)} />
			</h1>
			<p class="small">
				{t(`b.state.${poll.state}`)} · {t('b.ballots', { count: poll.ballots })}
			</p>
			{!trustee && <Trouble error={new Refusal('right', '')} />}
			{trustee && (
				<div class="assembly">
					<div class="stack">
						{turn === 'key' && <MakeKey {...step} />}
						{turn === 'agree' && <Agree {...step} />}
						{turn === 'share' && <Share {...step} />}
						{turn === 'decrypt' && <Decrypt {...step} />}
						{turn === 'wait' && (
							<section class="card stack" data-turn="wait" role="status">
								<h2>{t('tr.wait')}</h2>
								<p>{t(!sent(poll, 'polynomial') ? 'tr.wait.certificates' : !sent(poll, 'share') ? 'tr.wait.polynomials' : 'tr.wait.close')}</p>
							</section>
						)}
						{turn === 'done' && (
							<section class="card stack" data-turn="done" role="status">
								<h2>
									<Icon name="clear" /> {t('tr.done')}
								</h2>
								<p>{t('tr.done.help')}</p>
								<p>
									<a href={`/desk/ballot/${encodeURIComponent(poll.id)}`}>{t('b.secret')}</a>
								</p>
							</section>
						)}
						<section class="card stack">
							<h2 class="card-title">{t('tr.trust')}</h2>
							<p>{t('tr.trust.text')}</p>
						</section>
					</div>
					<section class="card stack">
						<h2 class="card-title">{t('b.trustees')}</h2>
						<table class="table">
							<tbody>
								{poll.offices
									.filter((one) => one.role === 'trustee')
									.map((one) => (
										<tr key={one.office}>
											<th scope="row">
												<Name text={partyName(one.office)} />
											</th>
											<td>{t('tr.steps', { done: number(STEPS.filter((what) => one.sent.includes(what)).length), all: number(STEPS.length) })}</td>
										</tr>
									))}
							</tbody>
						</table>
					</section>
				</div>
			)}
		</>
	);
}

function Polls(): JSX.Element {
	const [polls, setPolls] = useState<readonly PollLine[] | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	useEffect(() => void readPolls().then(setPolls, setFailed), []);
	const own = (polls ?? []).filter((one) => one.trustees.includes(ownOffice()));
	return (
		<>
			<h1 tabIndex={-1}>{t('nav.trustee')}</h1>
			<p>{t('tr.about')}</p>
			{failed !== null && <Trouble error={failed} />}
			{polls === null && failed === null && <p role="status">{t('loading')}</p>}
			{polls !== null && own.length === 0 && <p data-none="">{t('tr.none')}</p>}
			{own.length > 0 && (
				<ul class="card stack-tight">
					{own.map((one) => (
						<li key={one.id}>
							<a href={`/desk/trustee/${encodeURIComponent(one.id)}`}>
								<Name text={pollTitle(one.name)} />
							</a>{' '}
							<span class="topic">{t(`b.state.${one.state}`)}</span>
						</li>
					))}
				</ul>
			)}
		</>
	);
}

export default function TrusteePage({ values }: PageProps): JSX.Element {
	const id = values[0];
	return <div class="page">{id !== undefined ? <Part key={id} id={id} /> : <Polls />}</div>;
}
