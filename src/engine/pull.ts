import { linesOf } from '../kit/text-lines.ts';
import { abortReason } from '../kit/errors.ts';
import type { PullOptions } from '../ports/container-engine.ts';
import type { EngineConnection } from './connection.ts';
import { refusalOf, shorten } from './errors.ts';
import { nameAndVersion } from './image-name.ts';
import { parseJsonObject } from './lines.ts';
import { toPullError } from './pull-errors.ts';
import { createPullProgress, type PullLine } from './pull-progress.ts';

/** The engine tells about every layer several times a second; a silence this long means that it hangs. */
const silenceMs = 600_000;

/** The engine reports failures of a pull inside an answer with status 200. */
interface RawPullLine extends PullLine {
	readonly error?: string | undefined;
	readonly errorDetail?: { readonly message?: string | undefined } | undefined;
}

/** @see ContainerEngine.pullImage */
export async function pullWith(
	connection: EngineConnection,
	reference: string,
	options: PullOptions,
): Promise<void> {
	const { credentials, registryToken, onProgress, signal } = options;
	try {
		onProgress?.(0);
		for await (const percent of progressOf(connection, reference, options)) onProgress?.(percent);
	} catch (err) {
		const hasCredentials = (credentials ?? registryToken) !== undefined;
		throw toPullError(err, { reference, hasCredentials });
	}
	if (signal.aborted) throw abortReason(signal);
	onProgress?.(100);
}

async function* progressOf(
	connection: EngineConnection,
	reference: string,
	{ platform, onDownloaded, signal, ...access }: PullOptions,
): AsyncGenerator<number> {
	const { name, version } = nameAndVersion(reference);
	const wanted = { fromImage: name, tag: version, ...(platform !== undefined && { platform }) };
	const query = { _query: wanted, _body: {} };
	const auth = toAuthConfig(access);
	const chunks = connection.stream(signal, {
		silenceMs,
		open: (docker, abortSignal) => docker.createImage(auth, { ...query, abortSignal }),
	});
	const progress = createPullProgress();
	try {
		for await (const text of linesOf(chunks)) {
			const line: RawPullLine = parseJsonObject(text) ?? {};
			const failure = line.errorDetail?.message ?? line.error;
			if (failure !== undefined) throw refusalOf(shorten(failure));
			const percent = progress.add(line);
			if (percent !== undefined) yield percent;
		}
	} finally {
		onDownloaded?.(progress.downloadedBytes);
	}
}

type Access = Pick<PullOptions, 'credentials' | 'registryToken'>;

function toAuthConfig({ credentials, registryToken }: Access): object | undefined {
	if (registryToken !== undefined) return { registrytoken: registryToken };
	if (credentials === undefined) return undefined;
	const { username, password, serverAddress } = credentials;
	return { username, password, serveraddress: serverAddress };
}
