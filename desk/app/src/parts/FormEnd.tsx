/* How a form in a dialog ends: why it was not taken, where that is so; and two buttons. */
import type { ComponentChildren, JSX } from 'preact';
import type { Answer } from '../api/sign';
import { t } from '../strings';
import { Refused } from './Refused';
import type { Told } from './useAct';

export function FormEnd({ refused, id, disabled, onClose, children }: { readonly refused: Answer<Told> | null; readonly id?: string; readonly disabled: boolean; readonly onClose: () => void; readonly children: ComponentChildren }): JSX.Element {
	return (
		<>
			{refused !== null && <Refused answer={refused} />}
			<div class="row row-end">
				<button type="button" onClick={onClose}>
					{t('cancel')}
				</button>
				<button type="submit" id={id} class="button-main" data-send disabled={disabled}>
					{children}
				</button>
			</div>
		</>
	);
}
