/* Language, colours, digits, keys, and when a list counts as old. All of it stays in this browser. */
import type { JSX } from 'preact';
import { LANGUAGES, STALE_DAYS, digits, language, officer, queueMode, singleKeys, staleDays, theme, token } from '../../frame/store';
import { Choice, Field, Switch } from '../../parts/Field';
import { LANGUAGE_NAMES, speak, t } from '../../strings';

const EXAMPLE = (which: 'latn' | 'arab'): string => new Intl.NumberFormat(`${language.value}-u-nu-${which}`, { useGrouping: false }).format(1234567890);

export default function SettingsPage(): JSX.Element {
	return (
		<div class="page">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('settings.title')}</h1>
				<p class="small">{t('settings.meaning')}</p>
			</div>
			<section class="card stack">
				<Choice label={t('settings.language')} value={language.value} options={LANGUAGES.map((one) => ({ value: one, text: LANGUAGE_NAMES[one], lang: one }))} onChange={(next) => void speak(next)} />
				<Choice
					label={t('settings.theme')}
					value={theme.value}
					options={(['system', 'light', 'dark'] as const).map((one) => ({ value: one, text: t(`theme.${one}`) }))}
					onChange={(next) => (theme.value = next)}
				/>
				<Choice
					label={t('settings.digits')}
					value={digits.value}
					options={[
						{ value: 'language' as const, text: t('settings.digits.language') },
						{ value: 'latn' as const, text: EXAMPLE('latn') },
						{ value: 'arab' as const, text: EXAMPLE('arab') },
					]}
					onChange={(next) => (digits.value = next)}
				/>
			</section>
			<section class="card stack">
				<Field label={t('decide.by')} help={t('settings.officer.help')}>
					{(ids) => <input {...ids} type="text" dir="auto" autocomplete="off" maxLength={60} value={officer.value} onInput={(event) => (officer.value = event.currentTarget.value)} />}
				</Field>
				<Choice label={t('settings.stale')} value={staleDays.value} options={STALE_DAYS.map((days) => ({ value: days, text: t('settings.days', { count: days }) }))} onChange={(days) => (staleDays.value = days)} />
				<Switch label={t('ask.queue')} help={t('settings.queue.help')} on={queueMode.value} onChange={(on) => (queueMode.value = on)} />
				<Switch label={t('settings.keys')} help={t('settings.keys.help')} on={singleKeys.value} onChange={(on) => (singleKeys.value = on)} />
				{token.value !== '' && (
					<div>
						<button type="button" onClick={() => (token.value = '')}>
							{t('token.forget')}
						</button>
					</div>
				)}
			</section>
			<p class="small">
				<a href="/licences.txt" target="_blank" rel="noopener" hreflang="en">
					{t('settings.licences')}
				</a>
			</p>
		</div>
	);
}
