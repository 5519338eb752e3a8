/* The keys that work now. */
import type { JSX } from 'preact';
import { Dialog } from '../parts/Dialog';
import { type Key, t } from '../strings';
import { commands } from './keys';
import { hrefOf } from './router';
import { singleKeys } from './store';

const NAMES: Readonly<Record<string, Key>> = { Enter: 'key.enter', Escape: 'key.escape', ' ': 'key.space', ArrowUp: 'key.up', ArrowDown: 'key.down' };

export function Keys({ keys }: { readonly keys: string }): JSX.Element {
	return (
		<span class="keys">
			{keys.split(' ').map((one) => (
				<kbd key={one}>
					<bdi>{NAMES[one] !== undefined ? t(NAMES[one]) : one}</bdi>
				</kbd>
			))}
		</span>
	);
}

export function Help({ onClose }: { readonly onClose: () => void }): JSX.Element {
	return (
		<Dialog title={t('keys.help')} onClose={onClose}>
			<dl class="help-keys">
				{commands.value.map((command) => (
					<div key={command.label}>
						<dt>
							<Keys keys={command.keys} />
						</dt>
						<dd>{t(command.label)}</dd>
					</div>
				))}
			</dl>
			<p class="field-help">{t('help.reader')}</p>
			<p class="field-help">
				{t(singleKeys.value ? 'help.singleOn' : 'help.singleOff')} <a href={hrefOf('settings')}>{t('nav.settings')}</a>
			</p>
		</Dialog>
	);
}
