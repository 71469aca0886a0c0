import { z } from 'zod';
import { SupervisorError } from '../../kit/errors.ts';
import { parseWith } from '../composition/parsed.ts';
import { flag, textMap } from '../composition/values.ts';
import type { DeviceDocument } from '../preload/document.ts';
import { convertV2Device } from '../preload/v2.ts';
import { decodeTargetDevice } from '../target-document.ts';
import type { TargetState } from '../target.ts';

/** What a command-line client posts in local mode (contract 4.11). */
export interface LocalDocument {
	/** The device's part of it in the v3 form; no name where none was given. */
	readonly document: DeviceDocument;
	/** The same, decoded; no app of it is rejected. */
	readonly target: TargetState;
	/** Delete update locks that users hold. */
	readonly force: boolean;
}

const LocalBody = z.object(
	{
		local: z.looseObject({ config: textMap.default({}) }, { error: 'must be a map' }),
		force: flag.default(false),
	},
	{ error: 'must be a map with a member local' },
);

/**
 * Reads a v2-shaped target state of any command-line client. An app gets its id as its uuid.
 * @throws {SupervisorError} TARGET_INVALID, also when one app of several cannot be decoded
 */
export function decodeLocalDocument(body: unknown): LocalDocument {
	const parsed = parseWith(LocalBody, body, '');
	if (!parsed.ok) throw invalid(parsed.reasons);
	const { local, force } = parsed.value;
	const converted = convertV2Device(local, {});
	if (!converted.ok) throw invalid(converted.reasons.map((reason) => `local.${reason}`));
	const { name, config, apps } = converted.value;
	const target = decodeTargetDevice({ name: name ?? 'local', config, apps });
	const faults = target.rejected.flatMap(({ appUuid, reasons }) =>
		reasons.map((reason) => `local.apps.${appUuid}.${reason}`),
	);
	if (faults.length > 0) throw invalid(faults);
	return { document: converted.value, target, force };
}

function invalid(reasons: readonly string[]): SupervisorError {
	return new SupervisorError(`The target state is not valid: ${reasons.join('; ')}`, {
		code: 'TARGET_INVALID',
		retry: 'never',
	});
}
