import { createServer } from 'node:net';
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

/** @throws {ToolError} that names the first taken port, its use and the option to change it */
export async function requireFreePorts(wanted: readonly WantedPort[]): Promise<void> {
	for (const { port, use, option } of wanted) {
		if (!(await isPortTaken(port))) continue;
		throw new ToolError(`port ${port} of 127.0.0.1, wanted for ${use}, is in use`, {
			todo: `End what listens there, or choose another port with ${option} <port>.`,
		});
	}
}
