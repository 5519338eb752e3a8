/* Starts the desk. */
import { effect } from '@preact/signals';
import { render } from 'preact';
import { App } from './frame/App';
import { listenToKeys } from './frame/keys';
import { followLinks } from './frame/router';
import { keepShell } from './frame/shell';
import { language, theme } from './frame/store';
import { speak } from './strings';
import './style/main.css';

const dark = matchMedia('(prefers-color-scheme: dark)');
const paint = (): void => {
	document.documentElement.dataset['theme'] = theme.value === 'dark' || (theme.value === 'system' && dark.matches) ? 'dark' : 'light';
};
effect(paint);
dark.addEventListener('change', paint);

const root = document.getElementById('desk');
if (root !== null) {
	await speak(language.value);
	followLinks();
	listenToKeys();
	render(<App />, root);
	keepShell();
}
