/* Why something did not work, in the page's language; what the service itself said stands below, as it said it. */
import type { JSX } from 'preact';
import { Refusal } from '../api/client';
import { t } from '../strings';
import { Icon } from './Icon';

export function troubleText(error: unknown): string {
	return t(`trouble.${error instanceof Refusal ? error.trouble : 'server'}`);
}

export function Trouble({ error }: { readonly error: unknown }): JSX.Element {
	const details = error instanceof Refusal ? [...error.errors.map((fault) => fault.detail), ...(error.errors.length === 0 && error.detail !== '' ? [error.detail] : [])] : [];
	return (
		<div class="trouble" role="alert">
			<Icon name="warning" />
			<div>
				<p>{troubleText(error)}</p>
				{details.length > 0 && (
					<details>
						<summary>{t('trouble.said')}</summary>
						<ul lang="en" dir="ltr">
							{details.slice(0, 8).map((detail) => (
								<li key={detail}>{detail}</li>
							))}
						</ul>
					</details>
				)}
			</div>
		</div>
	);
}
