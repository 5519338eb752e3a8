/* A dialog of the browser's own: focus stays inside, Escape closes, and focus goes back to where it was. Without `onClose` it
 * stays until it is taken away. */
import type { ComponentChildren, JSX } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../strings';
import { Icon } from './Icon';

export function Dialog(props: { readonly title: string; readonly look?: string; readonly onClose?: () => void; readonly children: ComponentChildren }): JSX.Element {
	const element = useRef<HTMLDialogElement>(null);
	const id = useId();
	/* At once, before anything can be typed: a dialog in the document that is not shown yet takes no focus. */
	useLayoutEffect(() => {
		const before = document.activeElement;
		element.current?.showModal();
		return () => {
			if (before instanceof HTMLElement && before.isConnected) before.focus();
		};
	}, []);
	return (
		<dialog
			ref={element}
			class={`dialog ${props.look ?? ''}`}
			aria-labelledby={id}
			onCancel={(event) => {
				event.preventDefault();
				props.onClose?.();
			}}
			onClose={() => element.current?.isConnected === true && element.current.showModal()}
			onClick={(event) => {
				if (event.target === element.current) props.onClose?.();
			}}
		>
			<div class="dialog-inside">
				<header class="dialog-head">
					<h2 id={id}>{props.title}</h2>
					{props.onClose !== undefined && (
						<button type="button" class="button-quiet" aria-label={t('close')} onClick={props.onClose}>
							<Icon name="close" />
						</button>
					)}
				</header>
				{props.children}
			</div>
		</dialog>
	);
}
