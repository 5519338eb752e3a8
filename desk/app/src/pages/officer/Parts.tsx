/* What the list of officers and the page of one share: the choice of roles and of an office, the state in words. */
import type { JSX } from 'preact';
import type { Officer } from '../../api/admin';
import { officeName, officesByName } from '../../api/notices';
import { Field } from '../../parts/Field';
import { t } from '../../strings';
import { ROLES } from '../roles';

export function Roles({ value, onChange, fault }: { readonly value: readonly string[]; readonly onChange: (roles: readonly string[]) => void; readonly fault: boolean }): JSX.Element {
	return (
		<fieldset class="choice">
			<legend>{t('officers.roles')}</legend>
			<div class="choice-row">
				{ROLES.map((role) => (
					<label key={role}>
						<input type="checkbox" name="roles" value={role} checked={value.includes(role)} onChange={(event) => onChange(event.currentTarget.checked ? [...value, role] : value.filter((one) => one !== role))} />
						<span>{t(`role.${role}`)}</span>
					</label>
				))}
			</div>
			{fault && (
				<p class="field-fault" role="alert">
					{t('officers.roles.missing')}
				</p>
			)}
		</fieldset>
	);
}

export function OfficeChoice({ label, value, but, onChange }: { readonly label: string; readonly value: string; readonly but?: string; readonly onChange: (code: string) => void }): JSX.Element {
	return (
		<Field label={label}>
			{(ids) => (
				<select {...ids} name="office" required value={value} onChange={(event) => onChange(event.currentTarget.value)}>
					{value === '' && <option value="" />}
					{officesByName()
						.filter((one) => one.state === 'open' && one.code !== but)
						.map((one) => (
							<option key={one.code} value={one.code}>
								{officeName(one.code)}
							</option>
						))}
				</select>
			)}
		</Field>
	);
}

export function stateOf(officer: Officer): string {
	if (officer.state === 'moved') return t('officers.moved', { id: officer.moved ?? '' });
	return t(`officers.${officer.state}`);
}
