import { useEffect } from 'preact/hooks';
import type { Session } from '../session.ts';
import { useStore } from '../use-store.ts';
import { Icon } from './icon.tsx';

const shownMs = 6_000;

/** What came of an action. */
export function Notice({ session }: { readonly session: Session }) {
	const notice = useStore(session.store, (state) => state.notice);
	const close = (): void => session.store.set({ notice: undefined });
	useEffect(() => {
		if (notice === undefined || notice.isError) return;
		const timer = setTimeout(close, shownMs);
		return () => clearTimeout(timer);
	}, [notice]);
	return (
		<div class="notices" role="status" aria-live="polite">
			{notice && (
				<div class={`notice ${notice.isError ? 'bad' : 'good'}`}>
					<span>{notice.text}</span>
					<button type="button" class="icon" aria-label="Close message" onClick={close}>
						<Icon name="close" />
					</button>
				</div>
			)}
		</div>
	);
}
