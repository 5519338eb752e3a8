/* What happened to a notice, from the log; each line can be held against the log's tree in this browser. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type NoticeEvent, officeName, word } from '../../api/notices';
import { may } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { Icon } from '../../parts/Icon';
import { Code, Name, Prose } from '../../parts/Name';
import { T } from '../../parts/T';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { moment, number } from '../../strings/format';
import { type Proved, prove } from './proof';

interface Answers {
	readonly [question: string]: { readonly finding: string; readonly text: string };
}

export const QUESTIONS = ['article_2', 'article_3', 'conditions', 'quality'] as const;

function Detail({ event }: { readonly event: NoticeEvent }): JSX.Element | null {
	if (event.detail === '') return null;
	if (event.step === 'assess') {
		let answers: Answers = {};
		try {
			answers = JSON.parse(event.detail) as Answers;
		} catch {
			return null;
		}
		return (
			<dl class="facts">
				{QUESTIONS.filter((one) => answers[one] !== undefined).map((one) => (
					<Fact key={one} name={t(`review.${one}`)}>
						<strong>{t(`finding.${answers[one]?.finding ?? 'doubt'}` as Key)}</strong> <Name text={answers[one]?.text ?? ''} />
					</Fact>
				))}
			</dl>
		);
	}
	return <p>{event.step === 'end' || event.step === 'grant' ? word('ending', event.detail) : word('refusal', event.detail)}</p>;
}

function Proof({ sequence, subject }: { readonly sequence: number; readonly subject: string }): JSX.Element {
	const [found, setFound] = useState<Proved | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [busy, setBusy] = useState(false);
	if (failed !== null) return <Trouble error={failed} />;
	if (found === null) {
		return (
			<button
				type="button"
				class="button-quiet proof-ask"
				disabled={busy}
				onClick={() => {
					setBusy(true);
					prove(sequence, subject).then(setFound, setFailed);
				}}
			>
				<Icon name="link" />
				{t('proof.ask')}
			</button>
		);
	}
	return (
		<div class={`proof ${found.holds ? 'good' : 'bad'}`} role="status" data-holds={found.holds}>
			<p>
				<Icon name={found.holds ? 'clear' : 'stop'} />
				{found.holds ? t('proof.holds', { entry: number(sequence), size: number(found.size) }) : t('proof.fails')}
			</p>
			<p class="small">
				<T k="proof.root" log={<Code text={found.log} />} root={<Code text={found.root} />} />
			</p>
		</div>
	);
}

export function History({ events, href }: { readonly events: readonly NoticeEvent[]; readonly href: string }): JSX.Element {
	return (
		<section class="card" aria-label={t('history.title')}>
			<h2 class="card-title">{t('history.title')}</h2>
			<ol class="history">
				{events.map((event) => (
					<li key={event.sequence}>
						<p>
							<strong>{t(`did.${event.step}` as Key)}</strong>
						</p>
						<p class="small">
							<bdi>{moment(new Date(event.at))}</bdi> · <Name text={officeName(event.office)} /> {event.officer !== '' && <Code text={event.officer} />}
						</p>
						{event.text !== '' && (
							<blockquote dir="auto">
								<Prose text={event.text} />
							</blockquote>
						)}
						<Detail event={event} />
						{may('log.read') && <Proof sequence={event.sequence} subject={`notice/${href}`} />}
					</li>
				))}
			</ol>
		</section>
	);
}
