/** Prints where a server listens, once it does: the line that the driver waits for. */
export function announce(server) {
	const print = () =>
		console.log(`listening on http://127.0.0.1:${server.address().port}`);
	if (server.listening) print();
	else server.once("listening", print);
}
