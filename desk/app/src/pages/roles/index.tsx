/* What each role is for, in words. */
import type { JSX } from 'preact';
import { t } from '../../strings';
import { Fact } from '../../parts/Fact';

export const ROLES = ['reader', 'border-officer', 'bureau-officer', 'head-of-bureau', 'reviewer', 'secretary-general', 'auditor', 'administrator', 'commission', 'delegate', 'chair', 'assembly-secretary'] as const;

export default function RolesPage(): JSX.Element {
	return (
		<div class="page">
			<div>
				<h1 tabIndex={-1}>{t('nav.roles')}</h1>
				<p class="small">{t('rolew.meaning')}</p>
			</div>
			<section class="card">
				<dl class="facts facts-wide">
					{ROLES.map((role) => (
						<Fact key={role} data-role={role} name={t(`role.${role}`)}>{t(`rolew.${role}`)}</Fact>
					))}
				</dl>
			</section>
			<section class="card stack">
				<h2 class="card-title">{t('rolew.rules')}</h2>
				<ul class="stack">
					{(['give', 'own', 'last', 'four', 'proof'] as const).map((one) => (
						<li key={one}>{t(`rolew.rule.${one}`)}</li>
					))}
				</ul>
			</section>
		</div>
	);
}
