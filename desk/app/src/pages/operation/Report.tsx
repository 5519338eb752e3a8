/* What came of an operation for the own country: all of it anew, beginning with what was reported before. */
import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { COUNTS, type CountryResult, type Operation, seizureKinds, seizureWord } from '../../api/operations';
import type { Answer } from '../../api/sign';
import { Dialog } from '../../parts/Dialog';
import { Field } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { FormEnd } from '../../parts/FormEnd';
import { shelf } from '../../parts/kept';
import type { Act, Told } from '../../parts/useAct';
import { type Key, t } from '../../strings';
import { list } from '../../strings/format';
import { readCount, readQuantity, unitWord } from './amount';

interface Line {
	readonly kind: string;
	readonly quantity: string;
}

interface Typed {
	readonly counts: Readonly<Record<string, string>>;
	readonly seizures: readonly Line[];
	readonly text: string;
}

const { keep, kept, forget } = shelf('operation-report');

const first = (before: CountryResult | undefined): Typed => ({
	counts: Object.fromEntries(COUNTS.map((count) => [count, before !== undefined && before[count] > 0 ? String(before[count]) : ''])),
	seizures: (before?.seizures ?? []).map((one) => ({ kind: one.kind, quantity: String(one.quantity) })),
	text: before?.text ?? '',
});

export function Report({ operation, office, act, onDone, onStale, onClose }: { readonly operation: Operation; readonly office: string; readonly act: Act; readonly onDone: () => void; readonly onStale: () => void /* it was changed meanwhile: what is typed stays */; readonly onClose: () => void }): JSX.Element {
	const before = operation.results.countries?.find((one) => one.office === office);
	const linked = (operation.results.linked ?? []).some((one) => one.office === office);
	const [typed, setTyped] = useState<Typed>(() => kept<Typed>(operation.href) ?? first(before));
	const [asked, setAsked] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	useLayoutEffect(() => keep(operation.href, typed), [typed]);
	const put = (next: Partial<Typed>): void => setTyped((now) => ({ ...now, ...next }));
	const line = (at: number, next: Partial<Line>): void => put({ seizures: typed.seizures.map((one, index) => (index === at ? { ...one, ...next } : one)) });
	const twice = typed.seizures.filter((one, index) => one.kind !== '' && typed.seizures.findIndex((other) => other.kind === one.kind) !== index).map((one) => one.kind);
	const send = async (): Promise<void> => {
		setAsked(true);
		const counts = COUNTS.map((count) => [count, readCount(typed.counts[count] ?? '')] as const);
		const seizures = typed.seizures.map((one) => ({ kind: one.kind, quantity: readQuantity(one.quantity) }));
		if (counts.some(([, value]) => value === null) || seizures.some((one) => one.kind === '' || one.quantity === null) || twice.length > 0) return;
		setBusy(true);
		const body = { ...Object.fromEntries(counts.filter(([count]) => count !== 'notices' || !linked)), seizures, ...(typed.text.trim() !== '' ? { text: typed.text.trim() } : {}) };
		const answer = await act<Told>('POST', `operations/${operation.href}/report`, body, { 'If-Match': `"${operation.version ?? 0}"` });
		setBusy(false);
		if (answer.status !== 200) {
			setRefused(answer);
			if (answer.status === 412) onStale();
			return;
		}
		forget(operation.href);
		onDone();
	};
	return (
		<Dialog title={t('op.step.report')} look="dialog-wide" onClose={onClose}>
			<form
				class="stack"
				noValidate
				onSubmit={(event) => {
					event.preventDefault();
					void send();
				}}
			>
				<p class="small">{t('op.report.meaning')}</p>
				<div class="draft-fields">
					{COUNTS.filter((count) => count !== 'notices' || !linked).map((count) => (
						<Field key={count} label={t(`op.count.${count}` as Key)} help={count === 'arrests' ? t('op.arrests.help') : null} fault={asked && readCount(typed.counts[count] ?? '') === null ? t('op.count.fault') : null}>
							{(ids) => <input {...ids} name={count} type="text" inputMode="numeric" dir="ltr" autocomplete="off" maxLength={12} value={typed.counts[count] ?? ''} onInput={(event) => put({ counts: { ...typed.counts, [count]: event.currentTarget.value } })} />}
						</Field>
					))}
				</div>
				<fieldset class="several">
					<legend>{t('op.seized')}</legend>
					{typed.seizures.map((one, index) => (
						<div class="several-one draft-fields" key={index}>
							<Field label={t('op.kind')} fault={asked && one.kind === '' ? t('op.needed') : null}>
								{(ids) => (
									<select {...ids} name="kind" value={one.kind} onChange={(event) => line(index, { kind: event.currentTarget.value })}>
										<option value="">{t('choose')}</option>
										{seizureKinds().map((kind) => (
											<option key={kind} value={kind}>
												{[seizureWord(kind), unitWord(kind)].filter((part) => part !== '').join(', ')}
											</option>
										))}
									</select>
								)}
							</Field>
							<Field label={unitWord(one.kind) !== '' ? `${t('op.quantity')} (${unitWord(one.kind)})` : t('op.quantity')} fault={asked && readQuantity(one.quantity) === null ? t('op.quantity.fault') : null}>
								{(ids) => <input {...ids} name="quantity" type="text" inputMode="decimal" dir="ltr" autocomplete="off" maxLength={16} value={one.quantity} onInput={(event) => line(index, { quantity: event.currentTarget.value })} />}
							</Field>
							<button type="button" class="button-quiet" onClick={() => put({ seizures: typed.seizures.filter((_, at) => at !== index) })}>
								<Icon name="close" />
								{t('a.remove')}
							</button>
						</div>
					))}
					<button type="button" data-add="seizure" onClick={() => put({ seizures: [...typed.seizures, { kind: '', quantity: '' }] })}>
						{t('op.seized.add')}
					</button>
				</fieldset>
				{asked && twice.length > 0 && (
					<p class="field-fault" role="alert">
						{t('op.twice', { kinds: list(twice.map(seizureWord)) })}
					</p>
				)}
				<Field label={t('op.text')} help={t('op.noperson')}>
					{(ids) => <textarea {...ids} name="text" rows={3} dir="auto" maxLength={4000} value={typed.text} onInput={(event) => put({ text: event.currentTarget.value })} />}
				</Field>
				<FormEnd refused={refused} id="report-send" disabled={busy} onClose={onClose}>
					{t('op.step.report')}
				</FormEnd>
			</form>
		</Dialog>
	);
}
