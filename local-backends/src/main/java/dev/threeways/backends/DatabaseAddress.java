package dev.threeways.backends;

/** Where a PostgreSQL database is, and as whom to log in. */
public record DatabaseAddress(String host, int port, String database, String user, String password) {

    /** URL without credentials: they are settings of their own. */
    public String jdbcUrl() {
        return "jdbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** URL without credentials: they are settings of their own. */
    public String r2dbcUrl() {
        return "r2dbc:postgresql://" + host + ":" + port + "/" + database;
    }

    /** Address of this database through another host and port, such as a relay's. */
    public DatabaseAddress at(String otherHost, int otherPort) {
        return new DatabaseAddress(otherHost, otherPort, database, user, password);
    }

    @Override
    public String toString() { // records print every component, and this one is a password
        return user + "@" + host + ":" + port + "/" + database;
    }
}
