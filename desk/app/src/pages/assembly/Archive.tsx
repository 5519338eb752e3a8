/* The signed archive of a session: the last that was made, for everybody; and making it, for the secretariat. */
import type { JSX } from 'preact';
import { useState } from 'preact/hooks';
import type { Session } from '../../api/assembly';
import type { Answer } from '../../api/sign';
import { say } from '../../frame/say';
import { Icon } from '../../parts/Icon';
import { Refused } from '../../parts/Refused';
import type { Act, Told } from '../../parts/useAct';
import { t } from '../../strings';
import { moment } from '../../strings/format';

export function Archive({ session, act }: { readonly session: Session; readonly act?: Act }): JSX.Element {
	const [made, setMade] = useState<string | null>(null);
	const [busy, setBusy] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const at = made ?? session.archived;
	const make = async (): Promise<void> => {
		if (act === undefined) return;
		setBusy(true);
		const answer = await act<Told>('POST', `assembly/sessions/${session.number}/archive.tar`);
		setBusy(false);
		setRefused(answer.status === 201 ? null : answer);
		if (answer.status !== 201) return;
		setMade(new Date().toISOString());
		say(t('officers.done'));
	};
	return (
		<section class="card stack" id="archive">
			<h2 class="card-title">{t('a.archive')}</h2>
			<p class="small">{t('a.archive.help')}</p>
			{at === null && <p class="none">{t('a.archive.none')}</p>}
			{refused !== null && <Refused answer={refused} />}
			<p class="row">
				{at !== null && (
					<>
						<a href={`/api/v1/public/assembly/sessions/${session.number}/archive.tar`} download={`session-${session.number}.tar`}>
							<Icon name="download" /> {t('a.archive.get')}
						</a>
						<small>
							<bdi>{moment(new Date(at))}</bdi>
						</small>
					</>
				)}
				{act !== undefined && (
					<button type="button" id="archive-make" disabled={busy} onClick={() => void make()}>
						{t('a.archive.make')}
					</button>
				)}
			</p>
		</section>
	);
}
