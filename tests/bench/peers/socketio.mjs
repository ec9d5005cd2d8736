// Node's socket.io behind its Redis adapter: rooms, and a message to the others in one. Arguments: port, address of Redis.
import { createServer } from "node:http";
import { createAdapter } from "@socket.io/redis-adapter";
import { createClient } from "redis";
import { Server } from "socket.io";

const [port, url] = process.argv.slice(2);
const publisher = createClient({ url });
const subscriber = publisher.duplicate();
await Promise.all([publisher.connect(), subscriber.connect()]);
const http = createServer();
const io = new Server(http, { transports: ["websocket"], adapter: createAdapter(publisher, subscriber) });
io.on("connection", (socket) => {
  socket.on("enter", (room, done) => {
    socket.join(room);
    done();
  });
  socket.on("say", (room, text) => {
    socket.to(room).emit("said", text);
  });
});
http.listen(Number(port), "127.0.0.1", () => console.log("ready"));
