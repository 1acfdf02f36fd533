/*
 * A stand-in for ROMA Connect that is never the bottleneck: one thread, epoll, and every answer a slice of text that was put
 * together at the start. Any offset and limit costs one copy.
 *
 *   standIn PORT DATA_FILE
 *
 * DATA_FILE: a line "#ID" begins an instance, every further line is one row of it, as JSON.
 *
 *   GET /v2/{project}/apic/certificates?instance_id=&offset=&limit=
 *   GET ...certificates?id=&id=&...   what ROMA Connect cannot do: rows by their IDs
 *   GET /calls       what was asked and answered so far
 *   GET /latency/N   answers lists N milliseconds late from now on
 *   GET /changing/1  no two answers to lists are the same from now on, byte for byte; their rows are. /changing/0: they are again
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_CONNECTIONS = 4096, IN_BYTES = 65536, MAX_EVENTS = 256, DEFAULT_LIMIT = 20, MAX_LIMIT = 500 };

struct instance {
  char *id;
  long count;
  char *text;   /* all rows, with a comma behind each */
  long *starts; /* of the rows in `text`; one more for its end */
};

/* A row, found by its text from behind `{"id":"` on. */
struct row {
  const char *text;
  long length;
};

struct connection {
  int open, waits_to_write;
  unsigned generation; /* tells an answer that waits for a closed connection from one for its successor */
  long in_length;
  char in[IN_BYTES];
  char *out;
  long out_length, out_sent, out_size;
};

struct late_answer {
  struct late_answer *next;
  int fd;
  unsigned generation;
  long due_us;
  const struct instance *instance;
  long from, to;
};

static struct instance *instances; /* sorted by ID */
static long instance_count;
static struct row *rows; /* sorted by ID */
static long row_count;
static struct connection connections[MAX_CONNECTIONS];
static struct late_answer *first_late, **last_late = &first_late;
static long calls, bytes, latency_ms, changing;
static int poller;

static void *need(void *memory) {
  if (memory == NULL) {
    perror("memory");
    exit(1);
  }
  return memory;
}

static long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static int by_id(const void *a, const void *b) {
  return strcmp(((const struct instance *)a)->id, ((const struct instance *)b)->id);
}

static int by_text(const void *a, const void *b) {
  const char *left = ((const struct row *)a)->text, *right = ((const struct row *)b)->text;
  while (*left == *right && *left != '"') left++, right++;
  return (unsigned char)*left - (unsigned char)*right;
}

static void index_rows(void) {
  static const long id_starts = sizeof "{\"id\":\"" - 1;
  for (long at = 0; at < instance_count; at++) {
    const struct instance *instance = &instances[at];
    rows = need(realloc(rows, (row_count + instance->count + 1) * sizeof *rows));
    for (long row = 0; row < instance->count; row++) {
      const char *start = instance->text + instance->starts[row];
      rows[row_count++] = (struct row){start + id_starts, instance->text + instance->starts[row + 1] - 1 - start};
    }
  }
  qsort(rows, row_count, sizeof *rows, by_text);
}

static void load(const char *path) {
  FILE *file = fopen(path, "r");
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  char *line = NULL;
  size_t line_size = 0;
  ssize_t length;
  long text_length = 0, text_size = 0, starts_size = 0;
  struct instance *current = NULL;
  while ((length = getline(&line, &line_size, file)) > 0) {
    if (line[length - 1] == '\n') line[--length] = 0;
    if (line[0] == '#') {
      instances = need(realloc(instances, (instance_count + 1) * sizeof *instances));
      current = &instances[instance_count++];
      memset(current, 0, sizeof *current);
      current->id = need(strdup(line + 1));
      current->starts = need(calloc(1, sizeof *current->starts));
      text_length = text_size = starts_size = 0;
      continue;
    }
    if (text_length + length + 1 > text_size) current->text = need(realloc(current->text, text_size = 2 * text_size + length + 1));
    if (current->count + 2 > starts_size) {
      starts_size = 2 * starts_size + 16;
      current->starts = need(realloc(current->starts, starts_size * sizeof *current->starts));
    }
    memcpy(current->text + text_length, line, length);
    text_length += length;
    current->text[text_length++] = ',';
    current->starts[++current->count] = text_length;
    current->starts[0] = 0;
  }
  free(line);
  fclose(file);
  qsort(instances, instance_count, sizeof *instances, by_id);
  index_rows();
}

static void hang_up(int fd) {
  struct connection *connection = &connections[fd];
  connection->open = connection->waits_to_write = 0;
  connection->generation++;
  connection->in_length = connection->out_length = connection->out_sent = 0;
  close(fd);
}

static void flush(int fd) {
  struct connection *connection = &connections[fd];
  while (connection->out_sent < connection->out_length) {
    ssize_t sent = write(fd, connection->out + connection->out_sent, connection->out_length - connection->out_sent);
    if (sent < 0 && errno == EAGAIN) break;
    if (sent <= 0) {
      hang_up(fd);
      return;
    }
    connection->out_sent += sent;
  }
  int done = connection->out_sent == connection->out_length;
  if (done) connection->out_length = connection->out_sent = 0;
  struct epoll_event event = {.events = done ? EPOLLIN : EPOLLIN | EPOLLOUT, .data.fd = fd};
  if (connection->waits_to_write == done) epoll_ctl(poller, EPOLL_CTL_MOD, fd, &event);
  connection->waits_to_write = !done;
}

static void put(struct connection *connection, const char *text, long length) {
  if (connection->out_length + length > connection->out_size) {
    connection->out_size = 2 * connection->out_size + length;
    connection->out = need(realloc(connection->out, connection->out_size));
  }
  memcpy(connection->out + connection->out_length, text, length);
  connection->out_length += length;
}

static void answer_text(int fd, const char *status, const char *body) {
  char text[512];
  int length = snprintf(text, sizeof text, "HTTP/1.1 %s\r\ncontent-type: application/json\r\ncontent-length: %zu\r\n\r\n%s", status,
                        strlen(body), body);
  put(&connections[fd], text, length);
}

static void answer_rows(int fd, const struct instance *instance, long from, long to) {
  struct connection *connection = &connections[fd];
  char head[256], body[128];
  char change[48] = "";
  if (changing) snprintf(change, sizeof change, "\"change\":%ld,", calls);
  int body_length = snprintf(body, sizeof body, "{%s\"total\":%ld,\"size\":%ld,\"certs\":[", change, instance->count, to - from);
  long rows_length = to > from ? instance->starts[to] - instance->starts[from] - 1 : 0;
  int head_length = snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %ld\r\n\r\n",
                             body_length + rows_length + 2);
  put(connection, head, head_length);
  put(connection, body, body_length);
  if (rows_length > 0) put(connection, instance->text + instance->starts[from], rows_length);
  put(connection, "]}", 2);
  bytes += body_length + rows_length + 2;
}

/* Rows by ID. Never late: latency is measured with what ROMA Connect can do. */
static void answer_ids(int fd, const char *id) {
  static char body[1 << 20];
  const long id_starts = sizeof "{\"id\":\"" - 1;
  long length = sprintf(body, "{\"certs\":[");
  while (id != NULL) {
    char wanted_id[80];
    sscanf(id, "%78[^& ]", wanted_id);
    strcat(wanted_id, "\"");
    struct row wanted = {.text = wanted_id};
    const struct row *row = bsearch(&wanted, rows, row_count, sizeof *rows, by_text);
    if (row != NULL && length + row->length + 3 < (long)sizeof body) {
      if (body[length - 1] != '[') body[length++] = ',';
      memcpy(body + length, row->text - id_starts, row->length);
      length += row->length;
    }
    id = strstr(id, "&id=");
    if (id != NULL) id += 4;
  }
  strcpy(body + length, "]}");
  length += 2;
  char head[256];
  int head_length =
      snprintf(head, sizeof head, "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %ld\r\n\r\n", length);
  put(&connections[fd], head, head_length);
  put(&connections[fd], body, length);
  calls++;
  bytes += length;
}

/* The value of a query parameter, or NULL. Nothing in an ID or a number needs decoding. */
static const char *parameter(const char *query, const char *name) {
  size_t length = strlen(name);
  for (const char *at = query; (at = strstr(at, name)) != NULL; at += length) {
    if ((at[-1] == '?' || at[-1] == '&') && at[length] == '=') return at + length + 1;
  }
  return NULL;
}

static void answer_list(int fd, const char *target) {
  char id[80] = "";
  const char *id_text = parameter(target, "instance_id"), *offset_text = parameter(target, "offset"),
             *limit_text = parameter(target, "limit");
  if (id_text != NULL) sscanf(id_text, "%79[^& ]", id);
  struct instance wanted = {.id = id};
  const struct instance *instance = bsearch(&wanted, instances, instance_count, sizeof *instances, by_id);
  calls++;
  if (instance == NULL) {
    answer_text(fd, "404 Not Found", "{\"error_code\":\"APIG.3030\",\"error_msg\":\"The instance does not exist\"}");
    return;
  }
  long from = offset_text == NULL ? 0 : atol(offset_text);
  long limit = limit_text == NULL ? DEFAULT_LIMIT : atol(limit_text);
  if (from < 0) from = 0;
  if (from > instance->count) from = instance->count;
  if (limit < 1) limit = DEFAULT_LIMIT;
  if (limit > MAX_LIMIT) limit = MAX_LIMIT;
  long to = from + limit > instance->count ? instance->count : from + limit;
  if (latency_ms == 0) {
    answer_rows(fd, instance, from, to);
    return;
  }
  struct late_answer *late = need(malloc(sizeof *late));
  *late = (struct late_answer){NULL, fd, connections[fd].generation, now_us() + latency_ms * 1000, instance, from, to};
  *last_late = late;
  last_late = &late->next;
}

static void answer(int fd, const char *target) {
  if (strncmp(target, "/v2/", 4) == 0) {
    const char *id = parameter(target, "id");
    if (id != NULL) answer_ids(fd, id);
    else answer_list(fd, target);
  } else if (strncmp(target, "/latency/", 9) == 0) {
    latency_ms = atol(target + 9);
    answer_text(fd, "200 OK", "{}");
  } else if (strncmp(target, "/changing/", 10) == 0) {
    changing = atol(target + 10);
    answer_text(fd, "200 OK", "{}");
  } else {
    char body[128];
    snprintf(body, sizeof body, "{\"calls\":%ld,\"bytes\":%ld}", calls, bytes);
    answer_text(fd, "200 OK", body);
  }
}

/* Sends what has become due; returns the milliseconds until the next, or -1. */
static int answer_late(void) {
  long now = now_us();
  while (first_late != NULL && first_late->due_us <= now) {
    struct late_answer *late = first_late;
    first_late = late->next;
    if (first_late == NULL) last_late = &first_late;
    if (connections[late->fd].open && connections[late->fd].generation == late->generation) {
      answer_rows(late->fd, late->instance, late->from, late->to);
      flush(late->fd);
    }
    free(late);
  }
  return first_late == NULL ? -1 : (int)((first_late->due_us - now + 999) / 1000);
}

static void receive(int fd) {
  struct connection *connection = &connections[fd];
  ssize_t received = read(fd, connection->in + connection->in_length, IN_BYTES - 1 - connection->in_length);
  if (received < 0 && errno == EAGAIN) return;
  if (received <= 0) {
    hang_up(fd);
    return;
  }
  connection->in_length += received;
  connection->in[connection->in_length] = 0;
  char *start = connection->in, *end;
  while ((end = strstr(start, "\r\n\r\n")) != NULL) {
    *end = 0;
    char *target = strchr(start, ' ');
    char *target_end = target == NULL ? NULL : strchr(target + 1, ' ');
    if (target_end == NULL) {
      hang_up(fd);
      return;
    }
    *target_end = 0;
    answer(fd, target + 1);
    start = end + 4;
  }
  connection->in_length -= start - connection->in;
  memmove(connection->in, start, connection->in_length);
  flush(fd);
}

static void welcome(int listener) {
  int fd;
  while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0) {
    if (fd >= MAX_CONNECTIONS) {
      close(fd);
      continue;
    }
    int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    connections[fd].open = 1;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = fd};
    epoll_ctl(poller, EPOLL_CTL_ADD, fd, &event);
  }
}

int main(int argument_count, char **arguments) {
  if (argument_count != 3) {
    fprintf(stderr, "usage: standIn PORT DATA_FILE\n");
    return 1;
  }
  signal(SIGPIPE, SIG_IGN);
  load(arguments[2]);
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), on = 1;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(atoi(arguments[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 1024) != 0) {
    perror("listen");
    return 1;
  }
  poller = epoll_create1(0);
  struct epoll_event event = {.events = EPOLLIN, .data.fd = listener}, events[MAX_EVENTS];
  epoll_ctl(poller, EPOLL_CTL_ADD, listener, &event);
  for (;;) {
    int ready = epoll_wait(poller, events, MAX_EVENTS, answer_late());
    for (int at = 0; at < ready; at++) {
      int fd = events[at].data.fd;
      if (fd == listener) welcome(listener);
      else if (events[at].events & EPOLLOUT) flush(fd);
      if (fd != listener && connections[fd].open && events[at].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) receive(fd);
    }
  }
}
