/* Whom a notice reaches: chosen, and shown before it is saved. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { type Office, officeName, officesByName } from '../../api/notices';
import { Choice } from '../../parts/Field';
import { Icon } from '../../parts/Icon';
import { t } from '../../strings';

export type ReachKind = 'all' | 'only' | 'except';
export interface Reach {
	readonly kind: ReachKind;
	readonly offices: readonly string[];
}

/* From "*", "+FR,MA," and "-XX,", as the service shows it. */
export function readReach(text: string): Reach {
	if (text === '' || text === '*') return { kind: 'all', offices: [] };
	return { kind: text.startsWith('+') ? 'only' : 'except', offices: text.slice(1).split(',').filter((one) => one !== '') };
}

export const reachBody = (reach: Reach): unknown => (reach.kind === 'all' || (reach.kind === 'except' && reach.offices.length === 0) ? '*' : { [reach.kind]: [...reach.offices].sort() });

/* From what reachBody() gave. */
export function reachOf(body: '*' | { readonly only?: readonly string[]; readonly except?: readonly string[] }): Reach {
	if (body === '*') return { kind: 'all', offices: [] };
	return body.only !== undefined ? { kind: 'only', offices: body.only } : { kind: 'except', offices: body.except ?? [] };
}

/* The rule of src/notices/reach.c: owner and headquarters are always inside. */
export function inside(reach: Reach, owner: string, code: string): boolean {
	if (code === owner || code === 'GS') return true;
	return reach.kind === 'all' || reach.offices.includes(code) === (reach.kind === 'only');
}

const open = (): Office[] => officesByName().filter((one) => one.state === 'open');

export function ReachShown({ reach, owner }: { readonly reach: Reach; readonly owner: string }): JSX.Element {
	const all = open();
	const outside = all.filter((one) => !inside(reach, owner, one.code));
	const within = all.filter((one) => inside(reach, owner, one.code));
	const names = (some: readonly Office[]): JSX.Element => (
		<ul class="reach-names">
			{some.map((one) => (
				<li key={one.code}>
					<bdi>{officeName(one.code)}</bdi>
				</li>
			))}
		</ul>
	);
	return (
		<div class="reach-shown" data-inside={within.length} data-outside={outside.length}>
			<details>
				<summary>
					<Icon name="eye" />
					{t('reach.inside', { count: within.length })}
				</summary>
				{names(within)}
			</details>
			{outside.length > 0 ? (
				<details>
					<summary>
						<Icon name="hidden" />
						{t('reach.outside', { count: outside.length })}
					</summary>
					{names(outside)}
				</details>
			) : (
				<p class="small">{t('reach.nobodyOut')}</p>
			)}
		</div>
	);
}

export function ReachEditor({ reach, owner, onChange }: { readonly reach: Reach; readonly owner: string; readonly onChange: (reach: Reach) => void }): JSX.Element {
	const [sought, setSought] = useState('');
	const fold = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
	const all = open().filter((one) => one.code !== owner && one.code !== 'GS');
	const shown = sought.trim() === '' ? all : all.filter((one) => fold(officeName(one.code)).includes(fold(sought.trim())) || one.code.toLowerCase() === sought.trim().toLowerCase());
	const toggle = (code: string, on: boolean): void => onChange({ ...reach, offices: on ? [...reach.offices, code] : reach.offices.filter((one) => one !== code) });
	return (
		<div class="stack">
			<Choice
				label={t('reach.whom')}
				value={reach.kind}
				options={(['all', 'only', 'except'] as const).map((value) => ({ value, text: t(`reach.${value}`) }))}
				onChange={(kind) => onChange({ kind, offices: reach.offices })}
			/>
			{reach.kind !== 'all' && (
				<fieldset class="reach-offices">
					<legend>{t(reach.kind === 'only' ? 'reach.which.only' : 'reach.which.except')}</legend>
					<input type="search" dir="auto" autocomplete="off" aria-label={t('reach.find')} placeholder={t('reach.find')} value={sought} onInput={(event) => setSought(event.currentTarget.value)} />
					<div class="reach-list" tabIndex={0} role="group" aria-label={t('reach.find')}>
						{shown.map((one) => (
							<label key={one.code} class="row">
								<input type="checkbox" value={one.code} checked={reach.offices.includes(one.code)} onChange={(event) => toggle(one.code, event.currentTarget.checked)} />
								<bdi>{officeName(one.code)}</bdi>
							</label>
						))}
					</div>
				</fieldset>
			)}
			<div aria-live="polite">
				<h3>{t('reach.preview')}</h3>
				<ReachShown reach={reach} owner={owner} />
			</div>
		</div>
	);
}
