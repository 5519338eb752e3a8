/* Asks for a token where the service wants to know who calls. It is kept until the tab is closed. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import { Dialog } from '../parts/Dialog';
import { Field } from '../parts/Field';
import { t } from '../strings';
import { token } from './store';

export function Token({ refused, onDone, onClose }: { readonly refused: boolean; readonly onDone: () => void; readonly onClose: () => void }): JSX.Element {
	const [typed, setTyped] = useState('');
	return (
		<Dialog title={t('token.title')} onClose={onClose}>
			<form
				class="stack"
				onSubmit={(event) => {
					event.preventDefault();
					token.value = typed.trim();
					onDone();
				}}
			>
				<Field label={t('token.label')} help={t('token.help')} fault={refused ? t('token.wrong') : null}>
					{(ids) => <input {...ids} class="code" dir="ltr" type="password" autocomplete="off" required value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />}
				</Field>
				<div class="row row-end">
					<button type="submit" class="button-main">
						{t('token.use')}
					</button>
				</div>
			</form>
		</Dialog>
	);
}
