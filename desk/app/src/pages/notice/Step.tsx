/* A step of a notice's life: what it asks for, in a dialog. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Notice, codesOf, word } from '../../api/notices';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { type Act, type Told } from '../../parts/useAct';
import { FormEnd } from '../../parts/FormEnd';
import type { Answer } from '../../api/sign';
import { type Key, t } from '../../strings';
import { type Reach, ReachEditor, reachBody, readReach } from './Reach';

const TEXT = 'return answer suspend resume decline withdraw renew grant refuse cancel'.split(' ');
const ENDS = new Set(['withdraw', 'cancel', 'refuse', 'discard', 'end', 'grant', 'suspend']);

export const needsDialog = (step: string): boolean => !['take', 'request', 'publish', 'accept', 'expire'].includes(step);

export function StepDialog({ step, notice, act, onDone, onClose }: { readonly step: string; readonly notice: Notice; readonly act: Act; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [text, setText] = useState('');
	const [ground, setGround] = useState('');
	const [ending, setEnding] = useState('');
	const [until, setUntil] = useState('');
	const [reach, setReach] = useState<Reach>(readReach(notice.reach ?? '*'));
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const asksText = TEXT.includes(step);
	const send = async (): Promise<void> => {
		setBusy(true);
		const body: Record<string, unknown> = {};
		if (asksText || (step === 'end' && text.trim() !== '')) body['text'] = text.trim();
		if (step === 'refuse' || step === 'cancel') body['ground'] = ground;
		if (step === 'end') body['ending'] = ending;
		if (step === 'renew') body['until'] = until;
		if (step === 'restrict') body['reach'] = reachBody(reach);
		const answer = await act<Told>('POST', `notices/${notice.href}/${step}`, body, { 'If-Match': `"${notice.version ?? 0}"` });
		setBusy(false);
		if (answer.status === 200) onDone();
		else setRefused(answer);
	};
	return (
		<Dialog title={t(`step.${step}` as Key)} look={step === 'restrict' ? 'dialog-wide' : ''} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				{ENDS.has(step) && <p>{t(`step.meaning.${step}` as Key)}</p>}
				{step === 'restrict' && <ReachEditor reach={reach} owner={notice.owner} onChange={setReach} />}
				{(step === 'refuse' || step === 'cancel') && (
					<Field label={t('step.ground')} help={t('step.ground.help')}>
						{(ids) => (
							<select {...ids} required value={ground} onChange={(event) => setGround(event.currentTarget.value)}>
								<option value="">{t('choose')}</option>
								{codesOf('refusal').map((one) => (
									<option key={one} value={one}>
										{word('refusal', one)}
									</option>
								))}
							</select>
						)}
					</Field>
				)}
				{step === 'end' && (
					<Field label={t('step.ending')}>
						{(ids) => (
							<select {...ids} required value={ending} onChange={(event) => setEnding(event.currentTarget.value)}>
								<option value="">{t('choose')}</option>
								{codesOf('ending')
									.filter((one) => one !== 'appeal')
									.map((one) => (
										<option key={one} value={one}>
											{word('ending', one)}
										</option>
									))}
							</select>
						)}
					</Field>
				)}
				{step === 'renew' && <Field label={t('step.until')}>{(ids) => <input {...ids} type="date" required value={until} onInput={(event) => setUntil(event.currentTarget.value)} />}</Field>}
				{(asksText || step === 'end') && (
					<Field label={t(step === 'answer' ? 'step.answers' : step === 'return' ? 'step.questions' : 'step.reason')} help={t('step.reason.help')}>
						{(ids) => <textarea {...ids} rows={4} dir="auto" required={asksText} maxLength={4000} value={text} onInput={(event) => setText(event.currentTarget.value)} />}
					</Field>
				)}
				<FormEnd refused={refused} disabled={busy || (step === 'restrict' && reach.kind === 'only' && reach.offices.length === 0)} onClose={onClose}>
					{t(`step.${step}` as Key)}
				</FormEnd>
			</form>
		</Dialog>
	);
}
