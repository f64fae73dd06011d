client.test("from a file", function () {
  client.assert(response.status === 200, "not 200");
});
client.global.set("fromFile", "read");
