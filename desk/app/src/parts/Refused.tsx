/* Why the service refused a step, in the page's language as far as it goes, and as the service said it. */
import type { JSX } from 'preact';
import type { Answer } from '../api/sign';
import { t } from '../strings';
import { Icon } from './Icon';
import type { Told } from './useAct';

function wordsOf(status: number): string {
	if (status === 0) return t('trouble.line');
	if (status === 412) return t('refused.changed');
	if (status === 409) return t('refused.state');
	if (status === 403 || status === 401) return t('trouble.right');
	if (status === 422 || status === 400) return t('trouble.fault');
	if (status === 404) return t('refused.gone');
	if (status === 507) return t('trouble.full');
	return t('trouble.server');
}

export function Refused({ answer }: { readonly answer: Answer<Told> }): JSX.Element | null {
	if (answer.status === -1 || answer.waits !== undefined) return null;
	return (
		<div class="trouble" role="alert" data-status={answer.status}>
			<Icon name="warning" />
			<div>
				<p>{wordsOf(answer.status)}</p>
				{answer.body.detail !== undefined && answer.body.detail !== '' && (
					<details>
						<summary>{t('trouble.said')}</summary>
						<p lang="en" dir="ltr">
							{answer.body.detail}
						</p>
					</details>
				)}
			</div>
		</div>
	);
}
