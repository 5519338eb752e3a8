/* One thing that was done at this node: how it stands, what headquarters said, what it says; changed or dropped while it waits,
 * sent again when it was refused. */
import type { JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { read } from '../../api/client';
import { type Item, bodyOf } from '../../api/outbox';
import { type Answer, ask } from '../../api/sign';
import { learnWork } from '../../api/work';
import { go, hrefOf } from '../../frame/router';
import { say } from '../../frame/say';
import { ownOffice, who } from '../../frame/who';
import { Fact } from '../../parts/Fact';
import { FormEnd } from '../../parts/FormEnd';
import { Icon } from '../../parts/Icon';
import { Code } from '../../parts/Name';
import { Reason } from '../../parts/Reason';
import { Refused } from '../../parts/Refused';
import { Trouble } from '../../parts/Trouble';
import { type Told, useAct } from '../../parts/useAct';
import type { PageProps } from '../../routes';
import { t } from '../../strings';
import { moment } from '../../strings/format';
import { About, ItemStamp, whatOf } from '../outbox/words';
import { type Body, Change, Said } from './Body';

const EACH_MS = 2000;
const pathOf = (id: string): string => `outbox/${encodeURIComponent(id)}`;

function parsed(text: string | null | undefined): Body | null {
	try {
		const found: unknown = JSON.parse(text ?? '');
		return typeof found === 'object' && found !== null && !Array.isArray(found) ? (found as Body) : null;
	} catch {
		return null;
	}
}

export default function OutboxItemPage({ values }: PageProps): JSX.Element {
	const id = values[0] ?? '';
	const { act, dialog } = useAct();
	const [item, setItem] = useState<Item | null>(null);
	const [failed, setFailed] = useState<unknown>(null);
	const [typed, setTyped] = useState<Body | null>(null); /* while it is changed */
	const [dropping, setDropping] = useState(false);
	const [refused, setRefused] = useState<Answer<Told> | null>(null);
	const [busy, setBusy] = useState(false);
	const signed = ownOffice() !== '';
	const load = (): Promise<void> => read<Item>(pathOf(id)).then((found) => (setItem((before) => (JSON.stringify(before) === JSON.stringify(found) ? before : found)), setFailed(null)), setFailed);
	const settled = item !== null && item.state !== 'waiting' && item.state !== 'at-headquarters';
	useEffect(() => {
		if (!signed || settled) return undefined;
		void learnWork().catch(setFailed);
		void load();
		const timer = setInterval(() => document.visibilityState === 'visible' && void load(), EACH_MS);
		return () => clearInterval(timer);
	}, [id, signed, settled]);
	useEffect(() => {
		if (settled && item !== null) say(t(`outbox.state.${item.state}`));
	}, [settled]);
	const body = item !== null ? (bodyOf(item) as Body | null) : null;
	const mine = item !== null && item.officer === who.value?.officer?.id;
	const newer = parsed(item?.newer);
	/* A waiting one is changed where it lies; a refused one goes anew, and builds on what the thing is now. */
	const send = async (): Promise<void> => {
		if (item === null) return;
		setBusy(true);
		setRefused(null);
		let answer: Answer<Told>;
		if (item.state === 'waiting') answer = await ask<Told>('PUT', pathOf(item.id), typed);
		else {
			const version = newer?.['version'];
			const more = { ...(typeof version === 'number' ? { 'If-Match': `"${version}"` } : {}), 'Idempotency-Key': crypto.randomUUID() };
			answer = await act<Told>(item.method, item.target.replace('/api/v1/', ''), typed ?? parsed(item.body) ?? {}, more);
		}
		setBusy(false);
		if (answer.waits !== undefined || (answer.status >= 200 && answer.status < 300)) {
			setTyped(null);
			if (item.state === 'refused' && answer.waits === undefined) go(hrefOf('outbox'));
			else if (item.state === 'waiting') say(t('outbox.amended'));
			void load();
		} else setRefused(answer);
	};
	const draft = item?.what === 'api_notice_draft' && body !== null && mine && (item.state === 'waiting' || item.state === 'refused');
	return (
		<div class="page page-wide">
			<p class="notice-back">
				<a href={hrefOf('outbox')}>
					<Icon name="back" />
					{t('nav.outbox')}
				</a>
			</p>
			<h1 tabIndex={-1}>{item !== null ? whatOf(item) : t('nav.outbox.item')}</h1>
			{failed !== null && <Trouble error={failed} />}
			{item !== null && (
				<>
					<section class="card stack" aria-label={t('officers.state')} data-item={item.id}>
						<p>
							<ItemStamp state={item.state} />
						</p>
						<p>{t(`outbox.state.${item.state}.meaning`)}</p>
						{item.reason !== undefined && (
							<blockquote lang="en" dir="ltr" data-reason>
								<bdi>{item.reason}</bdi>
							</blockquote>
						)}
						<dl class="facts facts-wide">
							<Fact name={t('outbox.about')}>
								<About item={item} />
							</Fact>
							<Fact name={t('outbox.said')}>
								<bdi>{moment(new Date(item.said))}</bdi> {item.officer !== null && <Code text={item.officer} />}
							</Fact>
							{item.at !== null && (
								<Fact name={t('outbox.at')}>
									<bdi>{moment(new Date(item.at))}</bdi>
								</Fact>
							)}
							{item.needs !== null && (
								<Fact name={t('outbox.needs')}>
									<a href={hrefOf('outbox-item', item.needs)}>
										<Code text={item.needs} />
									</a>
								</Fact>
							)}
							{!settled && item.trouble !== null && (
								<Fact name={t('outbox.trouble')} lang="en" dir="ltr">
									<bdi>{item.trouble}</bdi>
								</Fact>
							)}
						</dl>
						{typed === null && (item.state === 'waiting' || item.state === 'refused') && (
							<div class="row">
								{mine && body !== null && (
									<button type="button" id="item-change" onClick={() => setTyped(body)}>
										<Icon name="pen" />
										{t('outbox.change')}
									</button>
								)}
								{draft && (
									<a class="button" href={hrefOf('draft', `~${item.id}`)}>
										<Icon name="notice" />
										{t('outbox.form')}
									</a>
								)}
								{item.state === 'waiting' && (
									<button type="button" id="item-drop" onClick={() => setDropping(true)}>
										<Icon name="close" />
										{t('outbox.drop')}
									</button>
								)}
								{item.state === 'refused' && mine && (item.body ?? '') !== '' && (
									<button type="button" id="item-again" class="button-main" disabled={busy} onClick={() => void send()}>
										<Icon name="upload" />
										{t('outbox.again')}
									</button>
								)}
							</div>
						)}
					</section>
					{newer !== null && (
						<section class="card" aria-label={t('outbox.newer')}>
							<h2 class="card-title">{t('outbox.newer')}</h2>
							<p class="small">{t('outbox.newer.meaning')}</p>
							<Said body={newer} />
						</section>
					)}
					<section class="card" aria-label={t('outbox.body')}>
						<h2 class="card-title">{t('outbox.body')}</h2>
						{typed !== null ? (
							<form
								class="stack"
								onSubmit={(event) => {
									event.preventDefault();
									void send();
								}}
							>
								<Change body={typed} onChange={setTyped} />
								<FormEnd refused={refused} id="item-send" disabled={busy} onClose={() => setTyped(null)}>
									{t(item.state === 'waiting' ? 'outbox.keep' : 'outbox.again')}
								</FormEnd>
							</form>
						) : body !== null ? (
							<Said body={body} />
						) : (
							<p class="small">{t(item.state === 'accepted' || item.state === 'dropped' ? 'outbox.body.gone' : 'outbox.body.sealed')}</p>
						)}
						{typed === null && refused !== null && <Refused answer={refused} />}
					</section>
				</>
			)}
			{dropping && item !== null && (
				<Reason
					title={t('outbox.drop')}
					meaning={t('outbox.drop.meaning')}
					warning={t('undone')}
					action={t('outbox.drop')}
					none
					send={() => act<Told>('DELETE', pathOf(item.id))}
					onDone={() => {
						setDropping(false);
						void load();
					}}
					onClose={() => setDropping(false)}
				/>
			)}
			{dialog}
		</div>
	);
}
