/* The reviewer's form: articles 2 and 3 of the constitution, the conditions of the colour, the quality of the data. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Notice } from '../../api/notices';
import type { Answer } from '../../api/sign';
import { Field } from '../../parts/Field';
import { Refused } from '../../parts/Refused';
import type { Act, Told } from '../../parts/useAct';
import { t } from '../../strings';
import { QUESTIONS } from './History';

const FINDINGS = ['complies', 'doubt', 'violates'] as const;
type Given = Readonly<Record<string, { readonly finding: string; readonly text: string }>>;

export function Review({ notice, act, onDone }: { readonly notice: Notice; readonly act: Act; readonly onDone: () => void }): JSX.Element {
	const [given, setGiven] = useState<Given>({});
	const [missing, setMissing] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const put = (question: string, part: 'finding' | 'text', value: string): void => setGiven((before) => ({ ...before, [question]: { finding: '', text: '', ...before[question], [part]: value } }));
	const send = async (): Promise<void> => {
		const lacks = QUESTIONS.filter((one) => (given[one]?.finding ?? '') === '' || (given[one]?.text.trim() ?? '') === '');
		setMissing(lacks.length > 0);
		if (lacks.length > 0) return;
		const review = Object.fromEntries(QUESTIONS.map((one) => [one, { finding: given[one]?.finding, text: given[one]?.text.trim() }]));
		const answer = await act<Told>('POST', `notices/${notice.href}/assess`, { review }, { 'If-Match': `"${notice.version ?? 0}"` });
		if (answer.status === 200) onDone();
		else setRefused(answer);
	};
	return (
		<section class="card stack review" aria-label={t('review.title')}>
			<div>
				<h2>{t('review.title')}</h2>
				<p class="small">{t('review.meaning')}</p>
			</div>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{QUESTIONS.map((question) => (
					<fieldset key={question} class="review-question">
						<legend>{t(`review.${question}`)}</legend>
						<p class="field-help">{t(`review.help.${question}`)}</p>
						<div class="choice-row">
							{FINDINGS.map((finding) => (
								<label key={finding}>
									<input type="radio" name={`review-${question}`} value={finding} checked={given[question]?.finding === finding} onChange={() => put(question, 'finding', finding)} />
									<span>{t(`finding.${finding}`)}</span>
								</label>
							))}
						</div>
						<Field label={t('review.reason')} fault={missing && ((given[question]?.text.trim() ?? '') === '' || (given[question]?.finding ?? '') === '') ? t('review.missing') : null}>
							{(ids) => <textarea {...ids} name={`review-${question}-text`} rows={2} dir="auto" maxLength={4000} value={given[question]?.text ?? ''} onInput={(event) => put(question, 'text', event.currentTarget.value)} />}
						</Field>
					</fieldset>
				))}
				{refused !== null && <Refused answer={refused} />}
				<div class="row row-end">
					<button type="submit" class="button-main" id="review-store">
						{t('review.store')}
					</button>
				</div>
			</form>
		</section>
	);
}
