import { SupervisorError } from '../kit/errors.ts';

const again =
	'Nothing was changed. Copy the bundle once more, or make it anew with `dindctl bundle`.';

/** BUNDLE_INVALID. @param fault - goes on after `The bundle` */
export function bundleFault(fault: string, cause?: unknown): SupervisorError {
	return new SupervisorError(`The bundle ${fault}. ${again}`, {
		code: 'BUNDLE_INVALID',
		retry: 'never',
		cause,
	});
}

/** What reading an archive failed with; failures of the world behind it, which say what they are, come back as they are. */
export function toBundleFault(err: unknown): unknown {
	const isOfWorld = err instanceof SupervisorError || isAbort(err);
	return isOfWorld ? err : bundleFault('is cut off or damaged', err);
}

function isAbort(err: unknown): boolean {
	return err instanceof Error && (err.name === 'AbortError' || err.message === 'aborted');
}
