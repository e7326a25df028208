package com.dotmac.partner.dao.internal;

import java.io.InputStream;
import java.io.Reader;
import java.math.BigDecimal;
import java.net.URL;
import java.sql.Array;
import java.sql.Blob;
import java.sql.Clob;
import java.sql.Date;
import java.sql.NClob;
import java.sql.PreparedStatement;
import java.sql.Ref;
import java.sql.RowId;
import java.sql.SQLException;
import java.sql.SQLType;
import java.sql.SQLXML;
import java.sql.Time;
import java.sql.Timestamp;
import java.util.Calendar;
import org.jooq.tools.jdbc.DefaultPreparedStatement;

/**
 * A prepared statement whose text has one value of its own before those of the caller: it counts the caller's values from the
 * second on.
 */
abstract class ShiftedStatement extends DefaultPreparedStatement {

    ShiftedStatement(PreparedStatement statement) {
        super(statement);
    }

    @Override
    public void setNull(int index, int type) throws SQLException {
        super.setNull(index + 1, type);
    }

    @Override
    public void setBoolean(int index, boolean value) throws SQLException {
        super.setBoolean(index + 1, value);
    }

    @Override
    public void setByte(int index, byte value) throws SQLException {
        super.setByte(index + 1, value);
    }

    @Override
    public void setShort(int index, short value) throws SQLException {
        super.setShort(index + 1, value);
    }

    @Override
    public void setInt(int index, int value) throws SQLException {
        super.setInt(index + 1, value);
    }

    @Override
    public void setLong(int index, long value) throws SQLException {
        super.setLong(index + 1, value);
    }

    @Override
    public void setFloat(int index, float value) throws SQLException {
        super.setFloat(index + 1, value);
    }

    @Override
    public void setDouble(int index, double value) throws SQLException {
        super.setDouble(index + 1, value);
    }

    @Override
    public void setBigDecimal(int index, BigDecimal value) throws SQLException {
        super.setBigDecimal(index + 1, value);
    }

    @Override
    public void setString(int index, String value) throws SQLException {
        super.setString(index + 1, value);
    }

    @Override
    public void setBytes(int index, byte[] value) throws SQLException {
        super.setBytes(index + 1, value);
    }

    @Override
    public void setDate(int index, Date value) throws SQLException {
        super.setDate(index + 1, value);
    }

    @Override
    public void setTime(int index, Time value) throws SQLException {
        super.setTime(index + 1, value);
    }

    @Override
    public void setTimestamp(int index, Timestamp value) throws SQLException {
        super.setTimestamp(index + 1, value);
    }

    @Override
    public void setAsciiStream(int index, InputStream value, int length) throws SQLException {
        super.setAsciiStream(index + 1, value, length);
    }

    @Override
    @Deprecated
    public void setUnicodeStream(int index, InputStream value, int length) throws SQLException {
        super.setUnicodeStream(index + 1, value, length);
    }

    @Override
    public void setBinaryStream(int index, InputStream value, int length) throws SQLException {
        super.setBinaryStream(index + 1, value, length);
    }

    @Override
    public void setObject(int index, Object value, int type) throws SQLException {
        super.setObject(index + 1, value, type);
    }

    @Override
    public void setObject(int index, Object value) throws SQLException {
        super.setObject(index + 1, value);
    }

    @Override
    public void setCharacterStream(int index, Reader value, int length) throws SQLException {
        super.setCharacterStream(index + 1, value, length);
    }

    @Override
    public void setRef(int index, Ref value) throws SQLException {
        super.setRef(index + 1, value);
    }

    @Override
    public void setBlob(int index, Blob value) throws SQLException {
        super.setBlob(index + 1, value);
    }

    @Override
    public void setClob(int index, Clob value) throws SQLException {
        super.setClob(index + 1, value);
    }

    @Override
    public void setArray(int index, Array value) throws SQLException {
        super.setArray(index + 1, value);
    }

    @Override
    public void setDate(int index, Date value, Calendar calendar) throws SQLException {
        super.setDate(index + 1, value, calendar);
    }

    @Override
    public void setTime(int index, Time value, Calendar calendar) throws SQLException {
        super.setTime(index + 1, value, calendar);
    }

    @Override
    public void setTimestamp(int index, Timestamp value, Calendar calendar) throws SQLException {
        super.setTimestamp(index + 1, value, calendar);
    }

    @Override
    public void setNull(int index, int type, String typeName) throws SQLException {
        super.setNull(index + 1, type, typeName);
    }

    @Override
    public void setURL(int index, URL value) throws SQLException {
        super.setURL(index + 1, value);
    }

    @Override
    public void setRowId(int index, RowId value) throws SQLException {
        super.setRowId(index + 1, value);
    }

    @Override
    public void setNString(int index, String value) throws SQLException {
        super.setNString(index + 1, value);
    }

    @Override
    public void setNCharacterStream(int index, Reader value, long length) throws SQLException {
        super.setNCharacterStream(index + 1, value, length);
    }

    @Override
    public void setNClob(int index, NClob value) throws SQLException {
        super.setNClob(index + 1, value);
    }

    @Override
    public void setClob(int index, Reader value, long length) throws SQLException {
        super.setClob(index + 1, value, length);
    }

    @Override
    public void setBlob(int index, InputStream value, long length) throws SQLException {
        super.setBlob(index + 1, value, length);
    }

    @Override
    public void setNClob(int index, Reader value, long length) throws SQLException {
        super.setNClob(index + 1, value, length);
    }

    @Override
    public void setSQLXML(int index, SQLXML value) throws SQLException {
        super.setSQLXML(index + 1, value);
    }

    @Override
    public void setObject(int index, Object value, int type, int scale) throws SQLException {
        super.setObject(index + 1, value, type, scale);
    }

    @Override
    public void setAsciiStream(int index, InputStream value, long length) throws SQLException {
        super.setAsciiStream(index + 1, value, length);
    }

    @Override
    public void setBinaryStream(int index, InputStream value, long length) throws SQLException {
        super.setBinaryStream(index + 1, value, length);
    }

    @Override
    public void setCharacterStream(int index, Reader value, long length) throws SQLException {
        super.setCharacterStream(index + 1, value, length);
    }

    @Override
    public void setAsciiStream(int index, InputStream value) throws SQLException {
        super.setAsciiStream(index + 1, value);
    }

    @Override
    public void setBinaryStream(int index, InputStream value) throws SQLException {
        super.setBinaryStream(index + 1, value);
    }

    @Override
    public void setCharacterStream(int index, Reader value) throws SQLException {
        super.setCharacterStream(index + 1, value);
    }

    @Override
    public void setNCharacterStream(int index, Reader value) throws SQLException {
        super.setNCharacterStream(index + 1, value);
    }

    @Override
    public void setClob(int index, Reader value) throws SQLException {
        super.setClob(index + 1, value);
    }

    @Override
    public void setBlob(int index, InputStream value) throws SQLException {
        super.setBlob(index + 1, value);
    }

    @Override
    public void setNClob(int index, Reader value) throws SQLException {
        super.setNClob(index + 1, value);
    }

    @Override
    public void setObject(int index, Object value, SQLType type, int scale) throws SQLException {
        super.setObject(index + 1, value, type, scale);
    }

    @Override
    public void setObject(int index, Object value, SQLType type) throws SQLException {
        super.setObject(index + 1, value, type);
    }
}
