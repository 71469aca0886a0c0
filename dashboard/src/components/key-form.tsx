import type { Session } from '../session.ts';

/** Asks for a key of the local API. */
export function KeyForm({
	session,
	isRefused,
}: {
	readonly session: Session;
	readonly isRefused: boolean;
}) {
	const submit = (event: SubmitEvent): void => {
		event.preventDefault();
		const key = event.target instanceof HTMLFormElement && new FormData(event.target).get('key');
		if (typeof key === 'string' && key.trim() !== '') session.useKey(key.trim());
	};
	return (
		<form class="card key" onSubmit={submit}>
			<h2>Key needed</h2>
			<label for="key">A key of this device’s local API</label>
			<input
				id="key"
				name="key"
				type="password"
				autocomplete="off"
				spellcheck={false}
				aria-describedby="key-hint"
				required
			/>
			{isRefused && (
				<p class="error" role="alert">
					The device does not know this key.
				</p>
			)}
			<p id="key-hint" class="soft">
				On the device,{' '}
				<code>docker exec balena_supervisor node /usr/src/app/dist/main.cjs api-key</code> prints
				it. It is kept until this tab is closed.
			</p>
			<button type="submit" class="main">
				Use key
			</button>
		</form>
	);
}
