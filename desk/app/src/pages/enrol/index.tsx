/* Where an officer enters the enrolment code that an administrator gave out. */
import type { JSX } from 'preact';
import { go, hrefOf } from '../../frame/router';
import { t } from '../../strings';
import { Enrol } from './Enrol';

export default function EnrolPage(): JSX.Element {
	return (
		<div class="page">
			<div class="page-head">
				<h1 tabIndex={-1}>{t('nav.enrol')}</h1>
				<p class="small">{t('enrol.meaning')}</p>
			</div>
			<Enrol
				given={location.hash.slice(1)}
				known={false}
				onDone={() => {
					history.replaceState(null, '', location.pathname);
					go(hrefOf('sign'));
				}}
			/>
		</div>
	);
}
