import { useEffect, useRef, useState } from 'preact/hooks';
import { DeviceProblem, unwrap, type Schemas } from '../../../tools/client/client.ts';
import { agoText } from '../format.ts';
import type { Session } from '../session.ts';

type Call = Promise<{ readonly error?: unknown; readonly response: Response }>;

/** An action that a person must confirm. */
export interface Question {
	readonly title: string;
	readonly text: string;
	readonly button: string;
	readonly isDangerous?: boolean;
	/** Said when it is done. */
	readonly done: string;
	/** The lock that was in the way of the first attempt. */
	readonly lock?: Schemas['HeldLock'] | undefined;
	readonly isForced?: boolean;
	readonly run: (force: boolean) => Call;
}

export interface ConfirmDialogProps {
	readonly question: Question;
	readonly session: Session;
	/** Asks another question in place of this one. */
	readonly onAsk: (question: Question) => void;
	readonly onClose: () => void;
}

/** Asks before something is done; where an update lock is in the way, asks whether to override it. */
export function ConfirmDialog({ question, session, onAsk, onClose }: ConfirmDialogProps) {
	const dialog = useRef<HTMLDialogElement>(null);
	const { isBusy, go } = useAction({ question, session, onAsk, onClose });
	useEffect(() => {
		dialog.current?.showModal();
	}, []);
	return (
		<dialog ref={dialog} class="confirm" aria-labelledby="confirm-title" onClose={onClose}>
			<h2 id="confirm-title">{question.title}</h2>
			<p>{question.text}</p>
			{question.lock && (
				<p class="soft">
					Held by service {question.lock.serviceName} since{' '}
					{agoText(Date.parse(question.lock.since), Date.now())}:{' '}
					<span class="mono break">{question.lock.path}</span>
				</p>
			)}
			<div class="buttons">
				<button type="button" onClick={() => dialog.current?.close()}>
					Cancel
				</button>
				<button
					type="button"
					class={question.isDangerous === true ? 'main danger' : 'main'}
					disabled={isBusy}
					onClick={() => void go()}
				>
					{isBusy && <span class="spinner" aria-hidden="true" />}
					{isBusy ? 'Working…' : question.button}
				</button>
			</div>
		</dialog>
	);
}

interface Action {
	readonly isBusy: boolean;
	readonly go: () => Promise<void>;
}

/** Does what was asked about, and says what came of it. */
function useAction({ question, session, onAsk, onClose }: ConfirmDialogProps): Action {
	const [isBusy, setBusy] = useState(false);
	const go = async (): Promise<void> => {
		setBusy(true);
		try {
			await unwrap(question.run(question.isForced === true));
			session.notify(question.done);
			onClose();
		} catch (err) {
			const problem = err instanceof DeviceProblem ? err.problem : undefined;
			if (problem?.code === 'UPDATES_LOCKED' && question.isForced !== true) {
				onAsk(overriding(question, problem));
			} else {
				session.notify(err instanceof Error ? err.message : 'It did not work.', true);
				onClose();
			}
		} finally {
			setBusy(false);
			session.refresh();
		}
	};
	return { isBusy, go };
}

function overriding(question: Question, { detail, lock }: Schemas['Problem']): Question {
	return {
		...question,
		lock,
		isForced: true,
		isDangerous: true,
		title: 'Override the update lock?',
		text: `${detail}. A service asks not to be stopped now: it may be at work that must not be cut.`,
		button: 'Override lock',
	};
}
