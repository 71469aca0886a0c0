import { createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { ToolError } from './errors.ts';

export interface WantedPort {
	readonly port: number;
	/** What will answer there, `the page`. */
	readonly use: string;
	/** Option that chooses another, `--page-port`. */
	readonly option: string;
}

/** True if something on this computer listens on the port already. */
export function isPortTaken(port: number): Promise<boolean> {
	return new Promise((resolve, reject) => {
		const server = createServer();
		server.once('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'EADDRINUSE') resolve(true);
			else if (error.code === 'EACCES')
				resolve(false); // the engine may, even where this user may not
			else reject(error);
		});
		server.listen(port, '127.0.0.1', () => server.close(() => resolve(false)));
	});
}

/** A port may be, for a moment, the near end of somebody's connection. */
const usualPatience = { tries: 15, pauseMs: 200 };

/**
 * Resolves when nothing listens on any of them; those that are taken are looked at again, for three seconds unless told otherwise.
 * @throws {ToolError} that names the first taken port, its use and the option to change it
 */
export async function requireFreePorts(
	wanted: readonly WantedPort[],
	patience = usualPatience,
): Promise<void> {
	for (const { port, use, option } of wanted) {
		if (await becomesFree(port, patience)) continue;
		throw new ToolError(`port ${port} of 127.0.0.1, wanted for ${use}, is in use`, {
			todo: `End what listens there, or choose another port with ${option} <port>.`,
		});
	}
}

async function becomesFree(
	port: number,
	{ tries, pauseMs }: typeof usualPatience,
): Promise<boolean> {
	for (let look = 0; look < tries; look++) {
		if (!(await isPortTaken(port))) return true;
		await pause(pauseMs);
	}
	return false;
}
