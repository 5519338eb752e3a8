/* What is known of the traveller: the zone of the document as the reader types it, or name, birth date and the rest. */
import type { JSX } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { takeBurst } from '../../frame/keys';
import { queueMode } from '../../frame/store';
import { CountryField } from '../../parts/CountryField';
import { Choice, Field, Switch } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { T } from '../../parts/T';
import { t } from '../../strings';
import { date } from '../../strings/format';
import { readDate } from './born';
import { type Form, ask, fault, fill, form, sitting, stage, zone } from './state';
import { ZoneLines } from './Zone';

const IDLE_MS = 120; /* a reader's keys come faster; whole lines and then nothing: the reading is done */

let idle: ReturnType<typeof setTimeout> | undefined;

/* Takes what the reader has typed so far, and asks by itself once the zone is whole. */
export function zoneTyped(text: string): void {
	clearTimeout(idle);
	fill({ zone: text });
	if (zone.value.whole) idle = setTimeout(() => void ask(), IDLE_MS);
}

function ZoneField(): JSX.Element {
	const field = useRef<HTMLTextAreaElement>(null);
	/* Before the page is painted, so that no key gets lost in between. */
	useLayoutEffect(() => {
		const element = field.current;
		if (element === null) return;
		const begun = takeBurst();
		if (begun !== '' && form.value.zone === '') zoneTyped(begun.toUpperCase());
		element.focus();
		element.setSelectionRange(element.value.length, element.value.length);
	}, []);
	return (
		<Field label={t('ask.zone')} help={t(queueMode.value ? 'ask.zone.queue' : 'ask.zone.help')} fault={fault.value === 'zone' ? t('ask.fault.zone') : null} look="field-zone">
			{(ids) => (
				<textarea
					{...ids}
					ref={field}
					class="code zone-input"
					dir="ltr"
					lang="zxx"
					rows={3}
					cols={44}
					spellcheck={false}
					autocomplete="off"
					autocapitalize="characters"
					value={form.value.zone}
					onInput={(event) => zoneTyped(event.currentTarget.value)}
					onKeyDown={(event) => {
						if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
						const { lines, whole } = zone.value;
						/* Between the lines of a zone Enter is a new line; after the last it asks. */
						if (!whole && lines.length < 3 && lines.length > 0) return;
						event.preventDefault();
						clearTimeout(idle);
						void ask();
					}}
				/>
			)}
		</Field>
	);
}

function text(key: keyof Form): { value: string; onInput: (event: { readonly currentTarget: HTMLInputElement }) => void } {
	return { value: form.value[key], onInput: (event) => fill({ [key]: event.currentTarget.value }) };
}

function PersonFields(): JSX.Element {
	const typed = form.value;
	const born = typed.born.trim() === '' ? null : readDate(typed.born);
	return (
		<div class="ask-fields">
			<Field label={t('ask.name')} help={t('ask.name.help')} look="wide">
				{(ids) => <input {...ids} id={ids.id} data-field="name" type="text" dir="auto" autocomplete="off" spellcheck={false} maxLength={500} {...text('name')} />}
			</Field>
			<Field label={t('ask.born')} help={born !== null ? <strong>{date(born)}</strong> : t('ask.born.help')} fault={fault.value === 'born' ? t('ask.fault.born') : null}>
				{(ids) => <input {...ids} type="text" dir="auto" inputMode="numeric" autocomplete="off" maxLength={30} {...text('born')} />}
			</Field>
			<CountryField label={t('ask.nationality')} value={typed.nationality} onChange={(nationality) => fill({ nationality })} />
			<Field label={t('ask.document')}>
				{(ids) => <input {...ids} class="code" type="text" dir="ltr" autocomplete="off" spellcheck={false} maxLength={60} {...text('document')} />}
			</Field>
			<Choice
				label={t('ask.sex')}
				value={typed.sex}
				options={[
					{ value: '' as const, text: t('sex.none') },
					{ value: 'f' as const, text: t('sex.f') },
					{ value: 'm' as const, text: t('sex.m') },
					{ value: 'x' as const, text: t('sex.x') },
				]}
				onChange={(sex) => fill({ sex })}
			/>
		</div>
	);
}

export function Ask(): JSX.Element {
	const waiting = stage.value.kind === 'waiting';
	const { checked, hits } = sitting.value;
	return (
		<form
			class="page ask"
			noValidate
			onSubmit={(event) => {
				event.preventDefault();
				void ask();
			}}
		>
			<div class="page-head">
				<h1 tabIndex={-1}>{t('ask.title')}</h1>
				<Switch label={t('ask.queue')} on={queueMode.value} onChange={(on) => (queueMode.value = on)} />
			</div>
			<section class="card ask-zone" aria-label={t('ask.zone')}>
				<ZoneField />
				{zone.value.whole && <ZoneLines zone={zone.value} />}
			</section>
			{!queueMode.value && (
				<section class="card" aria-label={t('ask.person')}>
					<h2 class="card-title">{t('ask.person')}</h2>
					<PersonFields />
				</section>
			)}
			{fault.value === 'nothing' && (
				<p class="field-fault" role="alert">
					{t('ask.fault.nothing')}
				</p>
			)}
			<div class="row row-end ask-actions">
				{checked > 0 && (
					<p class="ask-count">
						<T k="ask.checked" count={checked} />
						{hits > 0 && (
							<>
								{' · '}
								<T k="ask.hits" count={hits} />
							</>
						)}
					</p>
				)}
				<button type="submit" class="button-main button-large" aria-busy={waiting}>
					{waiting ? t('ask.waiting') : t('ask.go')}
					<Icon name="next" />
				</button>
			</div>
		</form>
	);
}
