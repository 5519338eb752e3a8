/* Says whether the traveller is the listed person, with a reason, by keyboard alone: the number of a reason or the arrows
 * choose it, Enter stores it. */
import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { DecisionWord, Hit } from '../../api/types';
import { say } from '../../frame/say';
import { officer } from '../../frame/store';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { Name } from '../../parts/Name';
import { T } from '../../parts/T';
import { Trouble } from '../../parts/Trouble';
import { type Key, t } from '../../strings';
import { WAITS, decide, noticeOf, oneTime, place, report } from './state';

export const deciding = signal<{ readonly hit: Hit; readonly decision: DecisionWord } | null>(null);

const REASONS: Readonly<Record<DecisionWord, readonly Key[]>> = {
	different: ['reason.birth', 'reason.face', 'reason.document', 'reason.place', 'reason.parents'],
	same: ['reason.sameDocument', 'reason.sameFace', 'reason.sameFacts', 'reason.admitted'],
	unsure: ['reason.few', 'reason.second', 'reason.waiting'],
};

export function Decide({ hit, decision }: { readonly hit: Hit; readonly decision: DecisionWord }): JSX.Element {
	const [chosen, setChosen] = useState<Key | null>(null);
	const [words, setWords] = useState('');
	const [missing, setMissing] = useState(false);
	const [busy, setBusy] = useState(false);
	const [urgent, setUrgent] = useState(false);
	const [key] = useState(oneTime);
	const [failed, setFailed] = useState<unknown>(null);
	const reasons = REASONS[decision];
	const notice = decision === 'same' ? noticeOf(hit) : null;
	const nowhere = notice !== null && place.value.trim() === '';
	const close = (): void => {
		deciding.value = null;
	};
	const store = async (): Promise<void> => {
		const reason = [chosen !== null ? t(chosen) : '', words.trim()].filter((part) => part !== '').join(' — ');
		if (reason === '' || nowhere || busy) {
			setMissing(reason === '' || nowhere);
			return;
		}
		setBusy(true);
		try {
			const number = notice !== null ? await report(hit, notice, reason, urgent, key) : null;
			await decide(hit, decision, reason, officer.value.trim());
			say(notice === null ? t(`decided.${decision}`) : number === null ? t('report.not') : number === WAITS ? t('report.waits') : t('report.done', { number }));
			close();
		} catch (error) {
			setFailed(error);
			setBusy(false);
		}
	};
	return (
		<Dialog title={t(`decide.${decision}`)} look={`decide-dialog decide-${decision}`} onClose={close}>
			<form
				class="stack"
				noValidate
				onSubmit={(event) => {
					event.preventDefault();
					void store();
				}}
				onKeyDown={(event) => {
					const reason = reasons[Number(event.key) - 1];
					const typing = event.target instanceof HTMLInputElement && event.target.type === 'text';
					if (typing || reason === undefined) return;
					setChosen(reason);
					event.preventDefault();
				}}
			>
				<p>
					<T k="decide.about" name={<Name text={hit.caption} />} list={<Name text={hit.lists[0] ?? ''} />} />
				</p>
				<fieldset class="reasons">
					<legend>{t('decide.reason')}</legend>
					{reasons.map((reason, index) => (
						<label key={reason}>
							<input type="radio" name="reason" autofocus={index === 0} checked={chosen === reason} onChange={() => setChosen(reason)} />
							<kbd>
								<bdi>{index + 1}</bdi>
							</kbd>
							<span>{t(reason)}</span>
						</label>
					))}
				</fieldset>
				<Field label={t('decide.words')} fault={missing && chosen === null && words.trim() === '' ? t('decide.missing') : null}>
					{(ids) => <input {...ids} type="text" dir="auto" autocomplete="off" maxLength={1000} value={words} onInput={(event) => setWords(event.currentTarget.value)} />}
				</Field>
				{notice !== null && (
					<>
						<Field label={t('report.place')} fault={missing && nowhere ? t('report.nowhere') : null}>
							{(ids) => <input {...ids} type="text" dir="auto" autocomplete="off" maxLength={200} value={place.value} onInput={(event) => (place.value = event.currentTarget.value)} />}
						</Field>
						<label class="row">
							<input type="checkbox" checked={urgent} onChange={(event) => setUrgent(event.currentTarget.checked)} />
							<span>{t('report.urgent')}</span>
						</label>
					</>
				)}
				<Field label={t('decide.by')}>
					{(ids) => <input {...ids} type="text" dir="auto" autocomplete="off" maxLength={60} value={officer.value} onInput={(event) => (officer.value = event.currentTarget.value)} />}
				</Field>
				<p class="field-help">{t(notice !== null ? 'report.meaning' : `decide.meaning.${decision}`)}</p>
				{failed !== null && <Trouble error={failed} />}
				<div class="row row-end">
					<button type="button" onClick={close}>
						{t('cancel')}
					</button>
					<button type="submit" class="button-main" aria-busy={busy}>
						{t(notice !== null ? 'report.send' : 'decide.store')}
					</button>
				</div>
			</form>
		</Dialog>
	);
}
