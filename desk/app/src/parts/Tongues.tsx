/* Languages of many: each is chosen from a list, and stands below until it is taken away again. */
import type { JSX } from 'preact';
import { t } from '../strings';
import { compare, tongue } from '../strings/format';
import { Field } from './Field';
import { Icon } from './Icon';

export function Tongues(props: { readonly label: string; readonly help?: string; readonly codes: readonly string[]; readonly value: readonly string[]; readonly onChange: (value: readonly string[]) => void }): JSX.Element {
	const left = props.codes.filter((one) => !props.value.includes(one)).sort((a, b) => compare(tongue(a), tongue(b)));
	return (
		<div class="stack-tight">
			<Field label={props.label} help={props.help}>
				{(ids) => (
					<select {...ids} name="languages" value="" onChange={(event) => event.currentTarget.value !== '' && props.onChange([...props.value, event.currentTarget.value])}>
						<option value="">{t('choose')}</option>
						{left.map((one) => (
							<option key={one} value={one}>
								{tongue(one)}
							</option>
						))}
					</select>
				)}
			</Field>
			{props.value.length > 0 && (
				<ul class="row" aria-label={props.label}>
					{props.value.map((code) => (
						<li key={code}>
							<button type="button" class="topic" data-language={code} aria-label={t('mt.language.without', { language: tongue(code) })} onClick={() => props.onChange(props.value.filter((one) => one !== code))}>
								{tongue(code)}
								<Icon name="close" />
							</button>
						</li>
					))}
				</ul>
			)}
		</div>
	);
}
