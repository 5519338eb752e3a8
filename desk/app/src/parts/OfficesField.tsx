/* Several offices: each is found by typing, and stands below until it is taken away again. */
import type { JSX } from 'preact';
import { useMemo } from 'preact/hooks';
import { officeName, offices } from '../api/notices';
import { language } from '../frame/store';
import { t } from '../strings';
import { compare } from '../strings/format';
import { Combo } from './Combo';
import { Icon } from './Icon';
import { Name } from './Name';

export function OfficesField(props: { readonly label: string; readonly help?: string | undefined; readonly fault?: string | null; readonly value: readonly string[]; readonly onChange: (value: readonly string[]) => void }): JSX.Element {
	const open = useMemo(
		() =>
			offices.value
				.filter((one) => one.state === 'open')
				.map((one) => ({ code: one.code, short: one.code, name: officeName(one.code) }))
				.sort((a, b) => compare(a.name, b.name)),
		[language.value, offices.value],
	);
	return (
		<div class="stack-tight">
			<Combo
				label={props.label}
				help={props.help}
				fault={props.fault ?? null}
				listLabel={t('nav.offices')}
				options={open.filter((one) => !props.value.includes(one.code))}
				value=""
				nameOf={officeName}
				onChange={(code) => code !== '' && props.onChange([...props.value, code])}
			/>
			{props.value.length > 0 && (
				<ul class="row" aria-label={props.label}>
					{props.value.map((code) => (
						<li key={code}>
							<button type="button" class="topic" data-office={code} aria-label={t('offices.without', { office: officeName(code) })} onClick={() => props.onChange(props.value.filter((one) => one !== code))}>
								<Name text={officeName(code)} />
								<Icon name="close" />
							</button>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}
