/** What rooms need of a logger; pino fits it. The sentence is constant, what varies is a field, errors go under `err`. */
export interface Logger {
	trace(fields: object, message: string): void;
	debug(fields: object, message: string): void;
	info(fields: object, message: string): void;
	warn(fields: object, message: string): void;
	error(fields: object, message: string): void;
	fatal(fields: object, message: string): void;
	child(fields: object): Logger;
}

const nothing = (): void => undefined;

/** Swallows everything; for tests and optional dependencies. */
export const silentLogger: Logger = {
	trace: nothing,
	debug: nothing,
	info: nothing,
	warn: nothing,
	error: nothing,
	fatal: nothing,
	child: () => silentLogger,
};
