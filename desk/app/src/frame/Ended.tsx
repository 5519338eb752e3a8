/* Over everything once the session has ended: nothing of the page is seen any more. Signed in again as the same officer, the page is
 * there as it was left; anybody else begins anew. */
import type { JSX } from 'preact';
import { Dialog } from '../parts/Dialog';
import { Means } from '../pages/sign/Means';
import { t } from '../strings';
import { forgetOfficer } from './store';
import { ended, who } from './who';

function leave(): void {
	forgetOfficer();
	location.replace('/desk/sign');
}

export function Ended(): JSX.Element {
	return (
		<Dialog title={t('sign.ended')} look="dialog-ended">
			<p>{t('sign.ended.meaning')}</p>
			<Means
				path="session"
				passkeys={ended.value?.passkeys === true}
				named={true}
				onDone={(now) => {
					if (now.officer?.id !== who.value?.officer?.id) leave();
					else {
						who.value = now;
						ended.value = null;
					}
				}}
			/>
			<div class="row">
				<button type="button" id="ended-leave" class="button-quiet" onClick={leave}>
					{t('sign.ended.leave')}
				</button>
			</div>
		</Dialog>
	);
}
